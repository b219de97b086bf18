//! How often alerts were handled: what an effectiveness check by exposure rests on.

use serde::Serialize;
use ts_rs::TS;
use yokoten_store::alerts::AlertCount;

use crate::clock::rfc3339;
use crate::{Error, Result, Workspace};

/// The handlings of an alert in a month, as they were counted last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct AlertMonth {
    /// The alert's name.
    pub alert: String,
    /// `YYYY-MM`, in Japan.
    pub month: String,
    /// How many handlings.
    #[ts(type = "number")]
    pub count: u64,
    /// Where the number is from: `manual`, or an importer's name.
    pub source: String,
    /// Who counted.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
}

impl Workspace {
    /// Says how often an alert was handled in a month. What was said of that month before is replaced, and kept.
    ///
    /// # Errors
    /// [`Error::NoAlert`] for an empty name, [`yokoten_model::Error::Invalid`] for what is no month, or as any write.
    pub fn add_alert_count(&self, alert: &str, month: &str, count: u64) -> Result<Vec<AlertMonth>> {
        let alert = alert.trim().to_owned();
        if alert.is_empty() {
            return Err(Error::NoAlert);
        }
        let month = month.parse()?;
        let (by, at) = (self.author()?, self.clock.now());
        let count = AlertCount { alert, month, count, source: "manual".into(), by, at };
        self.store().add_alert_counts(&[count])?;
        self.alert_counts()
    }

    /// Every alert that was counted, by name and month.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn alert_counts(&self) -> Result<Vec<AlertMonth>> {
        let counts = self.store().standing_alert_counts()?;
        Ok(counts.into_iter().map(shown).collect())
    }
}

fn shown(AlertCount { alert, month, count, source, by, at }: AlertCount) -> AlertMonth {
    AlertMonth { alert, month: month.to_string(), count, source, by: by.name, at: rfc3339(at) }
}
