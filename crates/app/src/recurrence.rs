//! Learning from what was done before: possible recurrences, and countermeasures that were seen to work.

use std::collections::BTreeMap;

use serde::Serialize;
use ts_rs::TS;
use yokoten_model::fold::fold;
use yokoten_model::postmortem::{Side, Status, Verdict};
use yokoten_model::{proven, recurrence};
use yokoten_store::list::Item;
use yokoten_store::measures::Measure;

use crate::actions::{Action, action};
use crate::{Result, Row, Workspace};

/// An older defect that a newer one may repeat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Recurrence {
    /// The identity.
    pub id: String,
    /// The number as it is shown.
    pub number: String,
    /// The title.
    pub title: String,
    /// The state.
    pub status: Status,
    /// When it happened, as it was written.
    pub occurred_at: Option<String>,
    /// The categories that both have.
    pub categories: Vec<String>,
    /// What was done about it then.
    pub actions: Vec<Action>,
}

/// An entry that is still written or reviewed, and what it may repeat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Suspect {
    /// The newer one.
    pub entry: Row,
    /// The older ones, the latest first.
    pub older: Vec<Recurrence>,
}

/// A countermeasure that was seen to work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Proven {
    /// Where it was written first.
    pub action: Action,
    /// In how many entries it was found effective.
    pub effective: u32,
    /// In how many it was not.
    pub ineffective: u32,
    /// The last day of a check, `YYYY-MM-DD`; empty where none was set.
    pub checked: String,
    /// The address to quote it by, for the link of another countermeasure.
    pub quote: String,
}

impl Workspace {
    /// The older defects that an entry may repeat, the latest first, with what was done about them.
    ///
    /// # Errors
    /// [`yokoten_store::Error::NotFound`].
    pub fn recurrences(&self, reference: &str) -> Result<Vec<Recurrence>> {
        let id = self.store().find(reference)?;
        let newer = self.store().item(id)?;
        let pairs = self.store().recurrences_of(id)?;
        pairs.into_iter().map(|pair| self.recurrence(&newer, pair.older)).collect()
    }

    /// The entries that are still written or reviewed and may be recurrences, the latest first.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn suspects(&self) -> Result<Vec<Suspect>> {
        let pairs = self.store().open_recurrences()?;
        let mut suspects: Vec<Suspect> = Vec::new();
        for pair in pairs {
            let id = self.store().find(&pair.newer)?;
            let newer = self.store().item(id)?;
            let older = self.recurrence(&newer, pair.older)?;
            match suspects.iter_mut().find(|suspect| suspect.entry.id == newer.id) {
                Some(suspect) => suspect.older.push(older),
                None => suspects.push(Suspect { entry: newer.into(), older: vec![older] }),
            }
        }
        Ok(suspects)
    }

    fn recurrence(&self, newer: &Item, older: Item) -> Result<Recurrence> {
        let categories = |item: &Item| (item.occurrence_category.clone(), item.escape_category.clone());
        let ((a, b), (c, d)) = (categories(newer), categories(&older));
        let shared =
            recurrence::shared_categories((a.as_deref(), b.as_deref()), (c.as_deref(), d.as_deref()));
        let present = self.present()?;
        let actions = self.store().measures_of(&older.id)?;
        Ok(Recurrence {
            categories: shared,
            actions: actions.into_iter().map(|measure| action(measure, &present)).collect(),
            status: older.status.parse().unwrap_or(Status::Draft),
            id: older.id,
            number: older.number,
            title: older.title,
            occurred_at: older.occurred_at,
        })
    }

    /// Countermeasures that were seen to work: those of entries with this category first, then by what was seen (see
    /// [`proven::rank`]). `text` narrows them to those that hold all of its words.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn proven(
        &self,
        side: Side,
        category: Option<&str>,
        text: &str,
        limit: usize,
    ) -> Result<Vec<Proven>> {
        let measures = self.store().judged_measures()?;
        let records: Vec<proven::Record> = measures.iter().map(record).collect();
        let present = self.present()?;
        let words: Vec<String> = text.split_whitespace().map(fold).collect();
        let mut found: Vec<(bool, Proven)> = Vec::new();
        for ranked in proven::rank(&records) {
            let Some(first) = measures.get(ranked.first) else { continue };
            let told = fold(&format!("{} {}", first.text, first.title));
            if first.side != side.as_str() || !words.iter().all(|word| told.contains(word)) {
                continue;
            }
            let own = match side {
                Side::Occurrence => &first.occurrence_category,
                Side::Escape => &first.escape_category,
            };
            let near = category.is_some() && own.as_deref() == category;
            found.push((
                near,
                Proven {
                    quote: proven::quote(&first.entry, &first.id),
                    action: action(first.clone(), &present),
                    effective: ranked.effective,
                    ineffective: ranked.ineffective,
                    checked: ranked.checked,
                },
            ));
        }
        // A stable sort: within each half the rank stays.
        found.sort_by_key(|(near, _)| !near);
        Ok(found.into_iter().take(limit).map(|(_, proven)| proven).collect())
    }

    /// The text of what countermeasures were quoted from, by address; what is gone is left out.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn quoted(&self, addresses: &[String]) -> Result<BTreeMap<String, Action>> {
        let present = self.present()?;
        let mut found = BTreeMap::new();
        for address in addresses {
            let Some((entry, id)) = address.strip_prefix("postmortem:").and_then(|rest| rest.split_once('#'))
            else {
                continue;
            };
            let measures = self.store().measures_of(entry)?;
            if let Some(measure) = measures.into_iter().find(|measure| measure.id == id) {
                found.insert(address.clone(), action(measure, &present));
            }
        }
        Ok(found)
    }
}

fn record(measure: &Measure) -> proven::Record {
    proven::Record {
        entry: measure.entry.clone(),
        id: measure.id.clone(),
        link: measure.link.clone(),
        strength: measure.strength.unwrap_or(0),
        verdict: measure.verdict.parse().unwrap_or(Verdict::Pending),
        checked: measure.check_on.clone().unwrap_or_default(),
    }
}
