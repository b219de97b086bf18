//! Times and dates of a document, kept in the very words in which they came.

use chrono::{DateTime, FixedOffset, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

/// A moment as RFC 3339 text, or the empty text where none was given.
///
/// The text is kept, so that its offset and precision survive a round trip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(type = "string")]
pub struct Moment(String);

impl Moment {
    /// The moment of `text`, which is RFC 3339 or empty; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        (text.is_empty() || DateTime::parse_from_rfc3339(text).is_ok()).then(|| Self(text.to_owned()))
    }

    /// The text as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The moment in its own offset; `None` where the text is empty.
    #[must_use]
    pub fn time(&self) -> Option<DateTime<FixedOffset>> {
        DateTime::parse_from_rfc3339(&self.0).ok()
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format_args!("`{text}` is not an RFC 3339 time")))
    }
}

/// A day as `YYYY-MM-DD`, or the empty text where none was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(type = "string")]
pub struct Date(String);

impl Date {
    /// The date of `text`, which is `YYYY-MM-DD` or empty; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let shaped = text.len() == 10 && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok();
        (text.is_empty() || shaped).then(|| Self(text.to_owned()))
    }

    /// The text as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day; `None` where the text is empty.
    #[must_use]
    pub fn day(&self) -> Option<NaiveDate> {
        NaiveDate::parse_from_str(&self.0, "%Y-%m-%d").ok()
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format_args!("`{text}` is not a date (YYYY-MM-DD)")))
    }
}
