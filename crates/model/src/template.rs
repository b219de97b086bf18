//! The template: which sections a postmortem has, what they ask, and what good and poor answers look like.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::guidance::{Field, Form};
use crate::postmortem::{Method, Side};
use crate::{Error, Result};

/// One text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Localised {
    /// 日本語
    pub ja: String,
    /// English
    pub en: String,
}

impl Localised {
    /// The text in a language: English for `en`, else Japanese.
    #[must_use]
    pub fn get(&self, lang: &str) -> &str {
        if lang == "en" { &self.en } else { &self.ja }
    }
}

/// A poor and a good way to put the same thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The poor way.
    pub poor: Localised,
    /// The good way.
    pub good: Localised,
    /// What makes the difference.
    pub why: Localised,
}

/// One section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TemplateSection {
    /// Its key, as in the document's `sections`; `countermeasures` for the table.
    pub key: String,
    /// Its heading.
    pub title: Localised,
    /// What it is for.
    pub lead: Localised,
    /// Questions that help to write it.
    #[serde(default)]
    pub prompts: Vec<Localised>,
    /// Examples.
    #[serde(default)]
    pub examples: Vec<Example>,
}

/// A category of causes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Its code, such as `O1`.
    pub code: String,
    /// Its name.
    pub name: Localised,
}

/// A means of a countermeasure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MethodInfo {
    /// Which one.
    pub key: Method,
    /// The strength that it proposes, 1 to 5.
    pub strength: u8,
    /// Its name.
    pub name: Localised,
    /// What it means.
    pub note: Localised,
    /// Where it belongs by default; either side where absent.
    pub side: Option<Side>,
}

/// What to ask where a text holds a weak phrase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    /// Its code.
    pub code: String,
    /// The question to give back.
    pub question: Localised,
    /// Where its words are looked for.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// What its words do, and so which uses of them are innocent; wanted where there are words.
    pub form: Option<Form>,
    /// Words, in any spelling.
    #[serde(default)]
    pub words: Vec<String>,
}

/// A template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Its id.
    pub id: String,
    /// Its version, from 1.
    pub version: u32,
    /// The sections, in order.
    pub sections: Vec<TemplateSection>,
    /// 発生分類.
    pub occurrence_categories: Vec<Category>,
    /// 流出分類.
    pub escape_categories: Vec<Category>,
    /// Means of countermeasures.
    pub methods: Vec<MethodInfo>,
    /// The points of a review.
    pub checklist: Vec<Localised>,
    /// Weak phrases and the questions to give back.
    #[serde(default)]
    pub guidance: Vec<Hint>,
}

/// The keys that a document's sections and this program's screens rest on.
const SECTIONS: [&str; 6] =
    ["overview", "problem", "occurrence_cause", "escape_cause", "countermeasures", "lessons"];

/// The first value that stands twice.
fn twice<'a>(values: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut values: Vec<&str> = values.collect();
    values.sort_unstable();
    values.array_windows().find(|[a, b]| a == b).map(|[a, _]| *a)
}

/// The line of a byte, from 1.
fn line_at(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|byte| *byte == b'\n').count() + 1
}

/// The line on which `needle` stands for the `nth` time, from 0; the first line where it does not.
fn line_of(text: &str, needle: &str, nth: usize) -> usize {
    text.match_indices(needle).nth(nth).map_or(1, |(byte, _)| line_at(text, byte))
}

static BUILTIN: LazyLock<Template> = LazyLock::new(|| {
    // That it can be read is a test; an empty template would still let every document be opened.
    Template::from_toml(Template::builtin_text()).unwrap_or_else(|_| Template {
        id: "standard".into(),
        version: 1,
        sections: Vec::new(),
        occurrence_categories: Vec::new(),
        escape_categories: Vec::new(),
        methods: Vec::new(),
        checklist: Vec::new(),
        guidance: Vec::new(),
    })
});

impl Template {
    /// The built-in template.
    #[must_use]
    pub fn builtin() -> Self {
        BUILTIN.clone()
    }

    /// The text of the built-in template, with which a workspace's own begins.
    #[must_use]
    pub fn builtin_text() -> &'static str {
        include_str!("../templates/standard.toml")
    }

    /// Reads a template.
    ///
    /// # Errors
    /// [`Error::Template`] with the line of a syntax error or an unknown key, a missing section, anything that stands
    /// twice, an id that cannot name a file, a strength that is not 1 to 5, or words of a hint without a form.
    pub fn from_toml(text: &str) -> Result<Self> {
        let template: Self = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            Error::Template { line: line_at(text, start), reason: error.message().to_owned() }
        })?;
        template.check(text)?;
        Ok(template)
    }

    /// What the types alone do not say.
    fn check(&self, text: &str) -> Result<()> {
        let refuse = |needle: &str, nth: usize, reason: String| {
            Err(Error::Template { line: line_of(text, needle, nth), reason })
        };
        let plain = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_');
        if !(1..=64).contains(&self.id.len()) || !self.id.bytes().all(plain) {
            return refuse("id", 0, format!("id `{}` is not letters, digits, `-` and `_`", self.id));
        }
        if self.version == 0 {
            return refuse("version", 0, "version `0` is not 1 or more".into());
        }
        if let Some(missing) = SECTIONS.iter().find(|key| self.section(key).is_none()) {
            return refuse("[[sections]]", 0, format!("section `{missing}` is missing"));
        }
        if let Some(unknown) = self.sections.iter().find(|section| !SECTIONS.contains(&section.key.as_str()))
        {
            return refuse(
                &format!("\"{}\"", unknown.key),
                0,
                format!("section `{}` is unknown", unknown.key),
            );
        }
        let sections = self.sections.iter().map(|section| section.key.as_str());
        let codes = self.categories().map(|category| category.code.as_str());
        let points = self.checklist.iter().map(|point| point.ja.as_str());
        for (what, twice) in
            [("section", twice(sections)), ("category", twice(codes)), ("point", twice(points))]
        {
            if let Some(twice) = twice {
                return refuse(&format!("\"{twice}\""), 1, format!("{what} `{twice}` stands twice"));
            }
        }
        if let Some(method) = self.methods.iter().find(|method| !(1..=5).contains(&method.strength)) {
            let level = format!("strength = {}", method.strength);
            return refuse(&level, 0, format!("strength `{}` is not 1 to 5", method.strength));
        }
        let formless = |hint: &&Hint| !hint.words.is_empty() && hint.form.is_none();
        if let Some(hint) = self.guidance.iter().find(formless) {
            return refuse(
                &format!("\"{}\"", hint.code),
                0,
                format!("hint `{}` has words but no form", hint.code),
            );
        }
        Ok(())
    }

    /// `id@version`, as documents name it.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }

    /// A section by its key.
    #[must_use]
    pub fn section(&self, key: &str) -> Option<&TemplateSection> {
        self.sections.iter().find(|section| section.key == key)
    }

    /// A category by its code.
    #[must_use]
    pub fn category(&self, code: &str) -> Option<&Category> {
        self.categories().find(|category| category.code == code)
    }

    /// A means of countermeasures.
    #[must_use]
    pub fn method(&self, key: Method) -> Option<&MethodInfo> {
        self.methods.iter().find(|method| method.key == key)
    }

    /// A hint by its code.
    #[must_use]
    pub fn hint(&self, code: &str) -> Option<&Hint> {
        self.guidance.iter().find(|hint| hint.code == code)
    }

    /// Every category, those of occurrence first.
    pub fn categories(&self) -> impl Iterator<Item = &Category> {
        self.occurrence_categories.iter().chain(&self.escape_categories)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builtin_template_is_whole() {
        let template = Template::from_toml(include_str!("../templates/standard.toml")).unwrap();
        assert_eq!(template.reference(), "standard@1");
        assert_eq!((template.occurrence_categories.len(), template.escape_categories.len()), (11, 7));
        for method in Method::ALL {
            assert_eq!(template.method(*method).unwrap().strength, method.strength(), "{method:?}");
        }
        for section in &template.sections {
            assert!(
                !section.prompts.is_empty() && !section.examples.is_empty(),
                "`{}` helps nobody",
                section.key
            );
        }
    }

    #[test]
    fn a_template_that_breaks_the_screens_is_refused() {
        let builtin = Template::builtin_text();
        let line = |needle: &str, nth: usize| line_of(builtin, needle, nth);
        for (from, to, reason, at) in [
            (
                "key = \"lessons\"",
                "key = \"lesson\"",
                "section `lessons` is missing",
                line("[[sections]]", 0),
            ),
            ("code = \"O2\"", "code = \"O1\"", "category `O1` stands twice", line("code = \"O2\"", 0)),
            (
                "key = \"lessons\"",
                "key = \"problem\"",
                "section `lessons` is missing",
                line("[[sections]]", 0),
            ),
            ("strength = 5", "strength = 6", "strength `6` is not 1 to 5", line("strength = 5", 0)),
            ("version = 1", "version = 1\ncolour = \"red\"", "unknown field", line("version", 0) + 1),
            ("version = 1", "version = ", "", line("version = 1", 0)),
            ("id = \"standard\"", "id = \"../standard\"", "is not letters", line("id = ", 0)),
        ] {
            let error = Template::from_toml(&builtin.replacen(from, to, 1)).unwrap_err();
            let Error::Template { line, .. } = error else { panic!("{error}") };
            assert_eq!(line, at, "{error}");
            let error = error.to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
