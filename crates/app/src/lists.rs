//! Lists of entries, and what they offer for completion.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use yokoten_model::postmortem::Status;
use yokoten_store::list::{Item, Query, Sort};

use crate::clock::rfc3339;
use crate::{Result, Workspace};

/// One entry of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Row {
    /// The identity.
    pub id: String,
    /// The number as it is shown.
    pub number: String,
    /// The title.
    pub title: String,
    /// The state.
    pub status: Status,
    /// A defect, or something else worth a postmortem.
    pub defect: bool,
    /// When it happened, as it was written.
    pub occurred_at: Option<String>,
    /// Whose system.
    pub customer: String,
    /// Which service.
    pub service: String,
    /// The alert's name.
    pub alert: String,
    /// 発生分類.
    pub occurrence_category: Option<String>,
    /// 流出分類.
    pub escape_category: Option<String>,
    /// When it was created (RFC 3339, UTC).
    pub created_at: String,
    /// When it was last changed, likewise.
    pub updated_at: String,
    /// By whom.
    pub updated_by: String,
    /// When it was put into the trash, likewise.
    pub deleted_at: Option<String>,
    /// How many places are still open.
    pub open_points: u32,
}

impl From<Item> for Row {
    fn from(item: Item) -> Self {
        Self {
            id: item.id,
            number: item.number,
            title: item.title,
            status: item.status.parse().unwrap_or(Status::Draft),
            defect: item.defect,
            occurred_at: item.occurred_at,
            customer: item.customer,
            service: item.service,
            alert: item.alert,
            occurrence_category: item.occurrence_category,
            escape_category: item.escape_category,
            created_at: rfc3339(item.created),
            updated_at: rfc3339(item.updated),
            updated_by: item.updated_by,
            deleted_at: item.deleted_at,
            open_points: item.open_points,
        }
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Page {
    /// How many there are in all.
    #[ts(type = "number")]
    pub total: usize,
    /// Those of this page.
    pub items: Vec<Row>,
}

/// Which entries, in which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ListQuery {
    /// Only in this state.
    pub status: Option<Status>,
    /// Those in the trash instead of those outside.
    pub deleted: bool,
    /// How many to pass over.
    #[ts(type = "number")]
    pub offset: usize,
    /// How many at most.
    #[ts(type = "number")]
    pub limit: usize,
    /// In which order.
    #[ts(type = "\"updated\" | \"occurred\" | \"number\"")]
    pub sort: SortBy,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SortBy {
    /// Last changed first.
    #[default]
    Updated,
    /// Last happened first.
    Occurred,
    /// Highest number first.
    Number,
}

/// A runbook that entries name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct RunbookTerm {
    /// Its title.
    pub title: String,
    /// Where it can be read.
    pub url: String,
}

/// What the workspace's own entries offer for completion, the most frequent first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Suggestions {
    /// Customers.
    pub customers: Vec<String>,
    /// Services.
    pub services: Vec<String>,
    /// Monitoring sources.
    pub alert_sources: Vec<String>,
    /// Alert names.
    pub alert_names: Vec<String>,
    /// Runbooks.
    pub runbooks: Vec<RunbookTerm>,
    /// Owners of countermeasures.
    pub owners: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Names of members: owners, reviewers and judges to be.
    pub people: Vec<String>,
}

/// How many terms of a kind are offered.
const TERMS: usize = 200;

impl Workspace {
    /// One page of entries.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn list(&self, query: ListQuery) -> Result<Page> {
        let ListQuery { status, deleted, offset, limit, sort } = query;
        let sort = match sort {
            SortBy::Updated => Sort::Updated,
            SortBy::Occurred => Sort::Occurred,
            SortBy::Number => Sort::Number,
        };
        let since = deleted.then(|| self.trash_since());
        let (total, items) = self.store().list(&Query { status, sort, offset, limit }, since.as_deref())?;
        Ok(Page { total, items: items.into_iter().map(Row::from).collect() })
    }

    /// What the workspace's own entries offer for completion.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn suggestions(&self) -> Result<Suggestions> {
        let mut people: Vec<String> = self.members()?.into_iter().map(|member| member.name).collect();
        people.dedup();
        let store = self.store();
        let of = |kind: &str| -> Result<Vec<String>> {
            Ok(store.terms(kind, TERMS)?.into_iter().map(|(value, _)| value).collect())
        };
        let runbooks = store.terms("runbook", TERMS)?;
        Ok(Suggestions {
            customers: of("customer")?,
            services: of("service")?,
            alert_sources: of("alert_source")?,
            alert_names: of("alert_name")?,
            runbooks: runbooks.into_iter().map(|(title, url)| RunbookTerm { title, url }).collect(),
            owners: of("owner")?,
            tags: of("tag")?,
            people,
        })
    }
}
