//! What a person can do: one function an action, each returns what changed.
//!
//! The window and the command line are two thin faces over this crate; they decide nothing. It joins `store` and
//! `exchange`, which never meet otherwise, and it is the one place that asks for the time and knows what to say.

mod actions;
pub mod bundle;
pub mod catalogue;
mod checks;
mod clock;
mod entries;
mod error;
pub mod export;
mod find;
mod history;
pub mod ipc;
mod lists;
mod members;
pub mod places;
mod reading;
mod recurrence;
mod sample;
mod settings;
mod watch;
mod workspace;

pub use actions::{Action, ActionCounts, ActionQuery, ActionSort, ActionView, Actions};
pub use bundle::{ImportProblem, ImportResult};
pub use catalogue::Lang;
pub use checks::{BackedUp, Checked, import_backup};
pub use clock::Clock;
pub use entries::{Created, Edited, Entry};
pub use error::{Error, Problem, Result};
pub use export::{Exported, Format};
pub use find::{Alike, Facet, Facets, Hit, Hits, SearchOrder, SearchQuery, Similar};
pub use history::{ChangePage, ChangeRow, History};
pub use lists::{ListQuery, Page, Row, RunbookTerm, SortBy, Suggestions};
pub use members::Member;
pub use reading::{Lesson, Spread, Unread};
pub use recurrence::{Proven, Recurrence, Suspect};
pub use sample::Sampled;
pub use settings::Settings;
pub use watch::{Changed, Watch};
pub use workspace::{Recovery, Start, Workspace, recover};
pub use yokoten_model::postmortem::{Postmortem, Status};
pub use yokoten_model::{Assignment, Revision, Step, postmortem};
