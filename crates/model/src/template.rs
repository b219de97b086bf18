//! The template: which sections a postmortem has, what they ask, and what good and poor answers look like.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

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
}

/// The keys that a document's sections and this program's screens rest on.
const SECTIONS: [&str; 6] =
    ["overview", "problem", "occurrence_cause", "escape_cause", "countermeasures", "lessons"];

static BUILTIN: LazyLock<Template> = LazyLock::new(|| {
    // That it can be read is a test; an empty template would still let every document be opened.
    Template::from_toml(include_str!("../templates/standard.toml")).unwrap_or_else(|_| Template {
        id: "standard".into(),
        version: 1,
        sections: Vec::new(),
        occurrence_categories: Vec::new(),
        escape_categories: Vec::new(),
        methods: Vec::new(),
        checklist: Vec::new(),
    })
});

impl Template {
    /// The built-in template.
    #[must_use]
    pub fn builtin() -> Self {
        BUILTIN.clone()
    }

    /// Reads a template.
    ///
    /// # Errors
    /// [`Error::Template`] with the place of a syntax error or an unknown key, a missing section, a category's code
    /// that stands twice, or a strength that is not 1 to 5.
    pub fn from_toml(text: &str) -> Result<Self> {
        let refuse = |reason: String| Error::Template { reason };
        let template: Self = toml::from_str(text).map_err(|error| refuse(error.to_string()))?;
        if let Some(missing) = SECTIONS.iter().find(|key| template.section(key).is_none()) {
            return Err(refuse(format!("section `{missing}` is missing")));
        }
        let mut codes: Vec<&str> = template.categories().map(|category| category.code.as_str()).collect();
        codes.sort_unstable();
        if let Some([twice, _]) = codes.array_windows().find(|[a, b]| a == b) {
            return Err(refuse(format!("category `{twice}` stands twice")));
        }
        if let Some(method) = template.methods.iter().find(|method| !(1..=5).contains(&method.strength)) {
            return Err(refuse(format!("strength `{}` is not 1 to 5", method.strength)));
        }
        Ok(template)
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
        let builtin = include_str!("../templates/standard.toml");
        for (from, to, reason) in [
            ("key = \"lessons\"", "key = \"lesson\"", "section `lessons` is missing"),
            ("code = \"O2\"", "code = \"O1\"", "category `O1` stands twice"),
            ("strength = 5", "strength = 6", "strength `6` is not 1 to 5"),
            ("version = 1", "version = 1\ncolour = \"red\"", "unknown field"),
        ] {
            let error = Template::from_toml(&builtin.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
