//! Markdown with front matter; pictures are files beside it.

mod inline;

use std::collections::HashMap;

use yokoten_model::report::{Align, Block, Cover, Inline, Item, Property, Report, Why, plain};

use self::inline::{Place, longest_run};
use super::{Images, picture_type};

/// Renders a report. Its pictures are named `folder/01.png` and so on, which is how the text names them (below the
/// file's folder); each is given to `picture` with its name, one after the other and before the text.
///
/// # Errors
/// Those of `picture`: no other picture is read after one.
pub fn render<E>(
    report: &Report,
    images: &dyn Images,
    folder: &str,
    mut picture: impl FnMut(&str, &[u8]) -> Result<(), E>,
) -> Result<String, E> {
    let mut names = HashMap::new();
    for (hash, _) in report.images() {
        let Some(bytes) = images.bytes(hash) else { continue };
        let Some(kind) = picture_type(&bytes) else { continue };
        let extension = kind.trim_start_matches("image/").replace("jpeg", "jpg");
        let name = format!("{folder}/{:02}.{extension}", names.len() + 1);
        picture(&name, &bytes)?;
        names.insert(hash, name);
    }
    Ok(text(report, &|hash| names.get(hash).cloned()))
}

fn text(report: &Report, address: &dyn Fn(&str) -> Option<String>) -> String {
    let writer = Writer { address, below: 1 };
    let title = writer.heading(1, &[Inline::text(format!("{} {}", report.number, report.title).trim())]);
    let front = report.cover.as_ref().map(|cover| writer.front(cover, report)).unwrap_or_default();
    let body = writer.blocks(&report.blocks, false);
    format!("{}\n{title}\n\n{front}{}\n", front_matter(report), body.trim_end())
}

/// Renders blocks alone, pictures as `blob:HASH`: what the reader of Markdown makes into the same blocks again.
#[must_use]
pub fn blocks(blocks: &[Block]) -> String {
    let address = |hash: &str| Some(format!("blob:{hash}"));
    Writer { address: &address, below: 0 }.blocks(blocks, false)
}

/// YAML whose every text is quoted as JSON quotes it, which is also YAML.
fn front_matter(report: &Report) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut yaml = String::from("---\n");
    for (key, value) in &report.properties {
        let value = match value {
            Property::Text(text) => quoted(text),
            Property::List(list) => {
                format!("[{}]", list.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
            }
            Property::Flag(flag) => flag.to_string(),
        };
        yaml.push_str(&format!("{key}: {value}\n"));
    }
    yaml.push_str("---\n");
    yaml
}

/// Names of headings as GitHub, GitLab and editors make them.
#[derive(Default)]
struct Slugs(HashMap<String, usize>);

impl Slugs {
    fn of(&mut self, title: &str) -> String {
        let kept =
            title.trim().chars().filter(|char| char.is_alphanumeric() || matches!(char, ' ' | '-' | '_'));
        let slug: String =
            kept.flat_map(char::to_lowercase).map(|char| if char == ' ' { '-' } else { char }).collect();
        let again = self.0.entry(slug.clone()).or_default();
        *again += 1;
        match *again {
            1 => slug,
            count => format!("{slug}-{}", count - 1),
        }
    }
}

struct Writer<'a> {
    address: &'a dyn Fn(&str) -> Option<String>,
    /// How many levels all headings are lowered by.
    below: u8,
}

impl Writer<'_> {
    /// What stands below a book's title: its lines, and the chapters as links.
    fn front(&self, cover: &Cover, report: &Report) -> String {
        let mut blocks: Vec<Block> =
            cover.lines.iter().map(|line| Block::Paragraph(vec![Inline::text(line)])).collect();
        let heading = vec![Inline::text(&cover.contents)];
        let mut slugs = Slugs::default();
        slugs.of(&report.title);
        slugs.of(&cover.contents);
        let mut items = Vec::new();
        // Every heading counts, those within lists and quotations apart: a reader numbers names that come again.
        for block in &report.blocks {
            let Block::Heading { level, text, .. } = block else { continue };
            let slug = slugs.of(&plain(text));
            if *level == 1 {
                let link = Inline::Link { url: format!("#{slug}"), text: vec![Inline::Text(plain(text))] };
                items.push(Item { done: None, blocks: vec![Block::Paragraph(vec![link])] });
            }
        }
        blocks.push(Block::Heading { level: 1, text: heading, id: String::new() });
        blocks.push(Block::List { start: Some(1), items });
        format!("{}\n\n", self.blocks(&blocks, false))
    }

    /// The first list gets the other marker where `other` is set.
    fn blocks(&self, blocks: &[Block], other: bool) -> String {
        let mut out = String::new();
        let mut last_list: Option<(bool, bool)> = None;
        for (index, block) in blocks.iter().enumerate() {
            // Two lists of one kind that touch would be one list: the other marker keeps them apart.
            let list = match block {
                Block::List { start, .. } => Some(start.is_some()),
                Block::WhyTree(_) => Some(false),
                _ => None,
            };
            let (kind, mark) = match (last_list, list) {
                (Some((kind, last)), Some(now)) if kind == now => (now, !last),
                (_, now) => (now.unwrap_or_default(), other && index == 0),
            };
            last_list = list.map(|_| (kind, mark));
            let text = self.block(block, mark);
            if !out.is_empty() && !text.is_empty() {
                out.push_str("\n\n");
            }
            out.push_str(&text);
        }
        out
    }

    fn block(&self, block: &Block, other: bool) -> String {
        match block {
            Block::Heading { level, text, .. } => self.heading((level + self.below).min(6), text),
            Block::Paragraph(inlines) => self.run(inlines, Place::Lines),
            Block::List { start, items } => self.list(*start, items, other),
            Block::Table { align, head, rows } => self.table(align, head, rows),
            Block::Quote(inner) => prefixed(&self.blocks(inner, false), "> ", "> "),
            Block::Question(question) => self.blocks(&question.open(), other),
            Block::Code { language, text } => {
                let mark = if language.contains('`') { '~' } else { '`' };
                let fence = mark.to_string().repeat(longest_run(text, mark).max(2) + 1);
                let language = language.replace('\\', "\\\\").replace('&', "\\&");
                format!("{fence}{language}\n{text}\n{fence}")
            }
            Block::Image { hash, caption } => {
                self.run(&[Inline::Image { hash: hash.clone(), caption: caption.clone() }], Place::Lines)
            }
            // Neither `-` nor `*`, which begin items.
            Block::Rule => "___".to_owned(),
            Block::WhyTree(whys) => self.list(None, &whys.iter().map(item).collect::<Vec<_>>(), other),
        }
    }

    fn run(&self, inlines: &[Inline], place: Place) -> String {
        inline::write(inlines, place, self.address).trim_end_matches([' ', '\t', '\n']).to_owned()
    }

    fn heading(&self, level: u8, text: &[Inline]) -> String {
        let text = self.run(text, Place::Heading);
        format!("{} {text}", "#".repeat(usize::from(level.max(1)))).trim_end().to_owned()
    }

    fn list(&self, start: Option<u64>, items: &[Item], other: bool) -> String {
        let tight = items.iter().all(|item| match item.blocks.as_slice() {
            [] | [Block::Paragraph(_) | Block::Image { .. }] => true,
            // Only such a list can follow a line without a blank one between.
            [Block::Paragraph(_) | Block::Image { .. }, Block::List { start: None | Some(1), items }] => {
                items.first().is_some_and(|item| !item.blocks.is_empty())
            }
            _ => false,
        });
        let written = items.iter().enumerate().map(|(index, item)| {
            let marker = match start {
                Some(start) => format!("{}{} ", start + index as u64, if other { ')' } else { '.' }),
                None => format!("{} ", if other { '*' } else { '-' }),
            };
            let done = item.done.map_or("", |done| if done { "[x] " } else { "[ ] " });
            // A list right after a marker: `- - -` would be a rule.
            let body = if tight { self.tight(&item.blocks) } else { self.blocks(&item.blocks, !other) };
            prefixed(&format!("{done}{body}"), &marker, &" ".repeat(marker.len()))
        });
        written.collect::<Vec<_>>().join(if tight { "\n" } else { "\n\n" })
    }

    /// A line and the lists below it, without blank lines between.
    fn tight(&self, blocks: &[Block]) -> String {
        match blocks {
            [first, list] => format!("{}\n{}", self.block(first, false), self.block(list, false)),
            blocks => self.blocks(blocks, false),
        }
    }

    fn table(&self, align: &[Align], head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>]) -> String {
        let row = |cells: &[Vec<Inline>]| {
            let cells = cells.iter().map(|cell| self.run(cell, Place::Cell)).collect::<Vec<_>>();
            format!("| {} |", cells.join(" | "))
        };
        let align = align.iter().map(|align| match align {
            Align::Left => "---",
            Align::Center => ":-:",
            Align::Right => "--:",
        });
        let rule = format!("| {} |", align.collect::<Vec<_>>().join(" | "));
        [row(head), rule]
            .into_iter()
            .chain(rows.iter().map(|cells| row(cells)))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// A why and those below it, as an item of a list.
fn item(why: &Why) -> Item {
    let tag = why.tag.as_ref().map(|tag| format!(" [{tag}]")).unwrap_or_default();
    let text = format!("{} {}{tag} ({})", why.label, why.text, why.note);
    let mut blocks = vec![Block::Paragraph(vec![Inline::Text(text)])];
    if !why.children.is_empty() {
        blocks.push(Block::List { start: None, items: why.children.iter().map(item).collect() });
    }
    Item { done: None, blocks }
}

/// Sets the first line after one prefix and the others after another; empty lines stay without trailing spaces.
fn prefixed(text: &str, first: &str, others: &str) -> String {
    let lines = text.split('\n').enumerate().map(|(index, line)| {
        let prefix = if index == 0 { first } else { others };
        if line.is_empty() { prefix.trim_end().to_owned() } else { format!("{prefix}{line}") }
    });
    lines.collect::<Vec<_>>().join("\n")
}
