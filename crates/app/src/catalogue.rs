//! Every text a person reads, in Japanese and English, by key. Written once, in `catalogue/*.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The language a person reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// 日本語
    #[default]
    Ja,
    /// English
    En,
}

impl Lang {
    /// `ja` or `en`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }
}

/// One text in both languages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// 日本語
    pub ja: String,
    /// English
    pub en: String,
}

/// The trade's words, which every face uses.
const WORDS: &str = include_str!("../catalogue/words.toml");

/// The parts of the catalogue that the window ships.
pub const WINDOW: [&str; 2] = [WORDS, include_str!("../catalogue/window.toml")];

const PARTS: [&str; 5] = [
    include_str!("../catalogue/errors.toml"),
    include_str!("../catalogue/cli.toml"),
    include_str!("../catalogue/report.toml"),
    include_str!("../catalogue/actions.toml"),
    WORDS,
];

static TEXTS: LazyLock<BTreeMap<String, Text>> = LazyLock::new(|| {
    // A part that cannot be read is caught by the test below; at run time its keys stand for its texts.
    PARTS.iter().filter_map(|part| parse(part).ok()).flatten().collect()
});

/// Reads one file of the catalogue.
///
/// # Errors
/// Where it is not a table of texts.
pub fn parse(toml: &str) -> Result<BTreeMap<String, Text>, toml::de::Error> {
    toml::from_str(toml)
}

/// The text of `key`, its `{name}`s filled in; the key itself where the catalogue lacks it.
#[must_use]
pub fn text(lang: Lang, key: &str, values: &[(&str, &str)]) -> String {
    let Some(found) = TEXTS.get(key) else { return key.to_owned() };
    let mut text = match lang {
        Lang::Ja => found.ja.clone(),
        Lang::En => found.en.clone(),
    };
    for (name, value) in values {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

/// Whether the catalogue has a text for `key`.
#[must_use]
pub fn has(key: &str) -> bool {
    TEXTS.contains_key(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        let mut names: Vec<&str> =
            text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    #[test]
    fn every_text_is_there_in_both_languages_with_the_same_names() {
        for part in PARTS.iter().chain(&WINDOW) {
            for (key, text) in parse(part).unwrap() {
                // What stands around a key or a number may be empty where the grammar wants nothing there.
                let around = key.ends_with("_after") || key.ends_with("_before");
                assert!(around || !(text.ja.is_empty() || text.en.is_empty()), "`{key}` is empty");
                assert_eq!(names(&text.ja), names(&text.en), "`{key}` fills in different names");
            }
        }
    }

    #[test]
    fn every_error_says_what_to_do_next() {
        for key in TEXTS.keys().filter(|key| key.starts_with("error.") && !key.ends_with(".hint")) {
            assert!(key == "error.json_empty" || has(&format!("{key}.hint")), "`{key}` has no hint");
        }
    }
}
