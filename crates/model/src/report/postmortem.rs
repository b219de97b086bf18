//! A postmortem as a report: the four sections, and around them what belongs to the case.

use std::collections::HashMap;

use chrono::{DateTime, FixedOffset};

use super::{Align, Block, Cell, Inline, Property, Report, Why};
use crate::gaps::root_causes;
use crate::markdown;
use crate::postmortem::{Countermeasure, Date, Kind, Moment, Postmortem, WhyNode};
use crate::template::Template;

/// The words of a report, by key, in its language; written in the app's catalogue.
pub trait Labels {
    /// `ja` or `en`.
    fn lang(&self) -> &str;

    /// The text of `report.KEY`.
    fn label(&self, key: &str) -> String;
}

/// 発1, 流1 …: the tags of the root causes, by node id. Countermeasures repeat them.
#[must_use]
pub fn root_tags(postmortem: &Postmortem) -> HashMap<String, String> {
    let mut tags = HashMap::new();
    for (letter, nodes) in [("発", &postmortem.causes.occurrence), ("流", &postmortem.causes.escape)] {
        for (index, node) in root_causes(nodes).into_iter().enumerate() {
            tags.entry(node.id.clone()).or_insert_with(|| format!("{letter}{}", index + 1));
        }
    }
    tags
}

/// Freezes a postmortem. Comments are talk between the writers and stay out; empty parts are left out.
///
/// `updated_at` is when it was last changed (RFC 3339).
pub fn postmortem(
    postmortem: &Postmortem,
    template: &Template,
    labels: &dyn Labels,
    updated_at: &str,
) -> Report {
    let writer = Writer { postmortem, template, labels, tags: root_tags(postmortem) };
    Report {
        title: postmortem.title.clone(),
        number: postmortem.number.clone(),
        lang: labels.lang().to_owned(),
        date: updated_at.to_owned(),
        properties: properties(postmortem, updated_at),
        cover: None,
        blocks: writer.blocks(),
    }
}

fn properties(postmortem: &Postmortem, updated_at: &str) -> Vec<(&'static str, Property)> {
    let text = |text: &str| Property::Text(text.to_owned());
    let moment = |at: &Option<Moment>| text(at.as_ref().map_or("", Moment::as_str));
    let mut all = vec![
        ("id", text(&postmortem.id)),
        ("number", text(&postmortem.number)),
        ("title", text(&postmortem.title)),
        ("status", text(postmortem.status.as_str())),
        ("defect", Property::Flag(postmortem.defect)),
        ("occurred_at", moment(&postmortem.occurred_at)),
        ("noticed_at", moment(&postmortem.noticed_at)),
        ("resolved_at", moment(&postmortem.resolved_at)),
        ("updated_at", text(updated_at)),
        ("customer", text(&postmortem.customer)),
        ("service", text(&postmortem.service)),
        ("found_by", text(postmortem.found_by.map_or("", |found_by| found_by.as_str()))),
        ("customer_impact", text(postmortem.customer_impact.map_or("", |impact| impact.as_str()))),
        ("occurrence_category", text(postmortem.occurrence_category.as_deref().unwrap_or_default())),
        ("escape_category", text(postmortem.escape_category.as_deref().unwrap_or_default())),
        ("tags", Property::List(postmortem.tags.clone())),
    ];
    all.retain(|(_, value)| !matches!(value, Property::Text(text) if text.is_empty()));
    all
}

struct Writer<'a> {
    postmortem: &'a Postmortem,
    template: &'a Template,
    labels: &'a dyn Labels,
    tags: HashMap<String, String>,
}

impl Writer<'_> {
    fn blocks(&self) -> Vec<Block> {
        let p = self.postmortem;
        let mut blocks = vec![self.facts()];
        self.chapter(&mut blocks, "1", "overview", prose(&p.sections.overview, 1));
        self.chapter(&mut blocks, "2", "problem", prose(&p.sections.problem, 1));
        self.causes(&mut blocks);
        let (measures, exceptions) = self.countermeasures();
        let mut body = Vec::from_iter(measures);
        body.extend(exceptions);
        self.chapter(&mut blocks, "4", "countermeasures", body);
        self.chapter(&mut blocks, "", "lessons", prose(&p.sections.lessons, 1));
        self.named(&mut blocks, "timeline", Vec::from_iter(self.timeline()));
        self.named(&mut blocks, "applies_to", Vec::from_iter(self.applies_to()));
        self.named(&mut blocks, "review", self.review());
        self.named(&mut blocks, "attachments", self.other_attachments());
        blocks
    }

    fn label(&self, key: &str) -> String {
        self.labels.label(key)
    }

    fn title(&self, key: &str) -> String {
        let section = self.template.section(key);
        section.map_or_else(|| key.to_owned(), |section| section.title.get(self.labels.lang()).to_owned())
    }

    fn chapter(&self, blocks: &mut Vec<Block>, number: &str, key: &str, body: Vec<Block>) {
        if body.is_empty() {
            return;
        }
        let title = self.title(key);
        let text = if number.is_empty() { title } else { format!("{number} {title}") };
        blocks.push(heading(1, text, key));
        blocks.extend(body);
    }

    fn named(&self, blocks: &mut Vec<Block>, key: &str, body: Vec<Block>) {
        if !body.is_empty() {
            blocks.push(heading(1, self.label(key), key));
            blocks.extend(body);
        }
    }

    fn facts(&self) -> Block {
        let p = self.postmortem;
        let category = |code: &Option<String>| {
            let code = code.as_deref().unwrap_or_default();
            let name = self.template.category(code).map(|category| category.name.get(self.labels.lang()));
            name.map_or_else(|| code.to_owned(), |name| format!("{code} {name}"))
        };
        let alert = [&p.alert.source, &p.alert.name, &p.alert.incident].map(String::as_str);
        let step = [&p.runbook.title, &p.runbook.revision, &p.runbook.step].map(String::as_str);
        let value = |key: &str| text_cell(&self.label(key));
        let rows = [
            ("number", text_cell(&p.number)),
            ("status", value(&format!("status.{}", p.status.as_str()))),
            ("customer", text_cell(&p.customer)),
            ("service", text_cell(&p.service)),
            ("alert", linked(&join(&alert), &p.alert.url)),
            ("runbook", linked(&join(&step), &p.runbook.url)),
            ("occurred_at", text_cell(&jst(p.occurred_at.as_ref()))),
            ("noticed_at", text_cell(&jst(p.noticed_at.as_ref()))),
            ("reported_at", text_cell(&jst(p.reported_at.as_ref()))),
            ("resolved_at", text_cell(&jst(p.resolved_at.as_ref()))),
            (
                "found_by",
                p.found_by.map(|by| value(&format!("found_by.{}", by.as_str()))).unwrap_or_default(),
            ),
            (
                "customer_impact",
                p.customer_impact
                    .map(|impact| value(&format!("customer_impact.{}", impact.as_str())))
                    .unwrap_or_default(),
            ),
            ("occurrence_category", text_cell(&category(&p.occurrence_category))),
            ("escape_category", text_cell(&category(&p.escape_category))),
            ("tags", text_cell(&p.tags.join(", "))),
        ];
        let rows = rows
            .into_iter()
            .filter(|(_, cell)| !super::plain(cell).is_empty())
            .map(|(key, cell)| vec![vec![Inline::Strong(text_cell(&self.label(key)))], cell])
            .collect();
        Block::Table {
            align: vec![Align::Left; 2],
            head: vec![text_cell(&self.label("item")), text_cell(&self.label("content"))],
            rows,
        }
    }

    fn causes(&self, blocks: &mut Vec<Block>) {
        let p = self.postmortem;
        let mut body = Vec::new();
        for (key, conclusion, nodes) in [
            ("occurrence_cause", &p.sections.occurrence_cause, &p.causes.occurrence),
            ("escape_cause", &p.sections.escape_cause, &p.causes.escape),
        ] {
            let mut part = prose(conclusion, 2);
            if !nodes.is_empty() {
                part.push(Block::WhyTree(self.whys(nodes, 1)));
            }
            if !part.is_empty() {
                body.push(heading(2, self.title(key), key));
                body.extend(part);
            }
        }
        if !body.is_empty() {
            blocks.push(heading(1, format!("3 {}", self.label("causes")), "causes"));
            blocks.extend(body);
        }
    }

    fn whys(&self, nodes: &[WhyNode], level: usize) -> Vec<Why> {
        nodes
            .iter()
            .map(|node| {
                let kind = self.label(if node.kind == Kind::Fact { "fact" } else { "assumption" });
                let note =
                    if node.evidence.trim().is_empty() { kind } else { format!("{kind}: {}", node.evidence) };
                let tag = node.root.then(|| self.tags.get(&node.id).cloned()).flatten();
                Why {
                    label: format!("{}{level}", self.label("why")),
                    text: node.text.clone(),
                    note,
                    tag,
                    children: self.whys(&node.children, level + 1),
                }
            })
            .collect()
    }

    fn countermeasures(&self) -> (Option<Block>, Vec<Block>) {
        let measures = &self.postmortem.countermeasures;
        if measures.is_empty() {
            return (None, Vec::new());
        }
        let head = ["cause", "countermeasure", "strength", "term", "owner", "due", "state", "effect"];
        let rows = measures.iter().map(|measure| self.measure_row(measure)).collect();
        let table = Block::Table {
            align: vec![Align::Left; head.len()],
            head: head.iter().map(|key| text_cell(&self.label(key))).collect(),
            rows,
        };
        let exceptions =
            measures.iter().filter(|measure| !measure.exception.trim().is_empty()).map(|measure| {
                let about = format!("{} ({}): {}", self.label("exception"), measure.text, measure.exception);
                Block::Paragraph(vec![Inline::Text(about)])
            });
        (Some(table), exceptions.collect())
    }

    fn measure_row(&self, measure: &Countermeasure) -> Vec<Cell> {
        let tags = measure.causes.iter().filter_map(|id| self.tags.get(id));
        let mut causes: Cell = tags.flat_map(|tag| [Inline::Tag(tag.clone()), Inline::text(" ")]).collect();
        causes.pop();
        let method = measure.method.and_then(|method| self.template.method(method));
        let method = method.map_or("", |method| method.name.get(self.labels.lang()));
        let strength = measure.strength.map(|strength| strength.level().to_string()).unwrap_or_default();
        let effect = &measure.effect;
        let check = effect.check_on.as_ref().map_or("", Date::as_str);
        let verdict = self.label(&format!("verdict.{}", effect.verdict.as_str()));
        let planned = !effect.measure.is_empty() || !check.is_empty() || !effect.note.is_empty();
        let effect =
            if planned { join(&[&verdict, check, &effect.measure, &effect.note]) } else { String::new() };
        let state = self.label(&format!("state.{}", measure.state.as_str()));
        vec![
            causes,
            linked(&measure.text, &measure.link),
            text_cell(&join(&[&strength, method])),
            text_cell(&self.label(&format!("term.{}", measure.term.as_str()))),
            text_cell(&measure.owner),
            text_cell(measure.due.as_ref().map_or("", Date::as_str)),
            text_cell(&state),
            text_cell(&effect),
        ]
    }

    fn timeline(&self) -> Option<Block> {
        let p = self.postmortem;
        if p.timeline.is_empty() {
            return None;
        }
        let rows = p.timeline.iter().map(|row| {
            let step = p.runbook.steps.iter().position(|step| !row.step.is_empty() && step.id == row.step);
            let step = step.map(|index| format!("{} {}", self.label("step"), index + 1)).unwrap_or_default();
            let outcome =
                row.step_outcome.map(|outcome| self.label(&format!("outcome.{}", outcome.as_str())));
            let step = join(&[&step, outcome.as_deref().unwrap_or_default()]);
            [&jst(row.at.as_ref()), &row.actor, &row.text, &step].map(|text| text_cell(text)).to_vec()
        });
        let head = ["at", "actor", "event", "runbook_step"];
        Some(Block::Table {
            align: vec![Align::Left; head.len()],
            head: head.iter().map(|key| text_cell(&self.label(key))).collect(),
            rows: rows.collect(),
        })
    }

    fn applies_to(&self) -> Option<Block> {
        let places = &self.postmortem.applies_to;
        if places.is_empty() {
            return None;
        }
        let rows = places.iter().map(|place| {
            let decision = self.label(&format!("decision.{}", place.decision.as_str()));
            vec![text_cell(&place.target), text_cell(&decision), linked(&place.reason, &place.link)]
        });
        Some(Block::Table {
            align: vec![Align::Left; 3],
            head: ["target", "decision", "reason"].iter().map(|key| text_cell(&self.label(key))).collect(),
            rows: rows.collect(),
        })
    }

    fn review(&self) -> Vec<Block> {
        let p = self.postmortem;
        let mut blocks = Vec::new();
        if !p.reviews.is_empty() {
            let rows = p.reviews.iter().map(|review| {
                let team = self.label(&format!("team.{}", review.team.as_str()));
                let verdict = self.label(&format!("review.{}", review.verdict.as_str()));
                [&team, &review.reviewer, &jst(review.at.as_ref()), &verdict]
                    .map(|text| text_cell(text))
                    .to_vec()
            });
            blocks.push(Block::Table {
                align: vec![Align::Left; 4],
                head: ["team", "reviewer", "at", "verdict"]
                    .iter()
                    .map(|key| text_cell(&self.label(key)))
                    .collect(),
                rows: rows.collect(),
            });
        }
        if !p.checklist.is_empty() {
            let items = p.checklist.iter().map(|point| {
                let text = join_with(" — ", &[&point.item, &point.reason]);
                super::Item { done: Some(point.done), blocks: vec![Block::Paragraph(text_cell(&text))] }
            });
            blocks.push(Block::List { start: None, items: items.collect() });
        }
        blocks
    }

    /// Attachments that no section shows.
    fn other_attachments(&self) -> Vec<Block> {
        let s = &self.postmortem.sections;
        let shown = [&s.overview, &s.problem, &s.occurrence_cause, &s.escape_cause, &s.lessons];
        let files = self.postmortem.attachments.iter();
        let others =
            files.filter(|file| !shown.iter().any(|text| text.contains(&format!("blob:{}", file.hash))));
        others
            .map(|file| {
                let caption = if file.caption.is_empty() { &file.name } else { &file.caption };
                if file.media_type.starts_with("image/")
                    && markdown::image_hash(&format!("blob:{}", file.hash)).is_some()
                {
                    Block::Image { hash: file.hash.clone(), caption: caption.clone() }
                } else {
                    Block::Paragraph(text_cell(&join_with(" — ", &[&file.name, &file.caption])))
                }
            })
            .collect()
    }
}

/// A section's Markdown, its headings below the section's own and none of their levels skipped.
pub(super) fn prose(text: &str, below: u8) -> Vec<Block> {
    let mut blocks = markdown::blocks(text);
    let mut used = [false; 7];
    for block in &blocks {
        if let Block::Heading { level, .. } = block {
            used[usize::from(*level).min(6)] = true;
        }
    }
    let mut last = below;
    for block in &mut blocks {
        if let Block::Heading { level, .. } = block {
            let above = used[..usize::from(*level).min(6)].iter().filter(|used| **used).count();
            let rank = below + 1 + u8::try_from(above).unwrap_or_default();
            *level = rank.min(last + 1).min(6);
            last = *level;
        }
    }
    blocks
}

fn heading(level: u8, text: String, id: &str) -> Block {
    Block::Heading { level, text: vec![Inline::Text(text)], id: id.to_owned() }
}

fn text_cell(text: &str) -> Cell {
    if text.is_empty() { Vec::new() } else { vec![Inline::text(text)] }
}

/// The text as a link where the address is safe; the address alone where there is no text.
fn linked(text: &str, url: &str) -> Cell {
    if !markdown::is_safe_link(url) {
        return text_cell(&join(&[text, url]));
    }
    let shown = if text.is_empty() { url } else { text };
    vec![Inline::Link { url: url.to_owned(), text: text_cell(shown) }]
}

fn join(parts: &[&str]) -> String {
    join_with(" ", parts)
}

fn join_with(between: &str, parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(between)
}

/// A moment as people at both offices read it.
fn jst(at: Option<&Moment>) -> String {
    let time: Option<DateTime<FixedOffset>> = at.and_then(Moment::time);
    time.map(|time| time.with_timezone(&crate::JST).format("%Y-%m-%d %H:%M JST").to_string())
        .unwrap_or_default()
}
