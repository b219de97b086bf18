//! What a person can do: one function an action, each returns what changed.
//!
//! The window and the command line are two thin faces over this crate; they decide nothing. It joins `store` and
//! `exchange`, which never meet otherwise, and it is the one place that asks for the time and knows what to say.

mod actions;
mod advise;
mod alerts;
mod books;
pub mod bundle;
pub mod catalogue;
mod checks;
mod clock;
mod comments;
mod entries;
mod error;
pub mod export;
mod find;
mod google;
mod history;
pub mod ipc;
mod lists;
mod members;
pub mod places;
mod reading;
mod recurrence;
mod resume;
mod review;
mod runbook;
mod sample;
mod searches;
mod settings;
mod template;
mod watch;
mod work;
mod workspace;

pub use actions::{Action, ActionCounts, ActionQuery, ActionSort, ActionView, Actions};
pub use advise::{Advised, LineAdvice};
pub use alerts::AlertMonth;
pub use books::{
    Answer, Asked, BookEdited, BookReview, BookSummary, ChapterChanges, ChapterState, ChapterSummary,
    OpenBook,
};
pub use bundle::{ImportProblem, ImportResult};
pub use catalogue::Lang;
pub use checks::{BackedUp, Checked, import_backup};
pub use clock::Clock;
pub use entries::{Created, Edited, Entry};
pub use error::{Error, Problem, Result};
pub use export::{Exported, Format};
pub use find::{Alike, Facet, Facets, Hit, Hits, Marked, SearchOrder, SearchQuery, Similar};
pub use google::{Difference, Google, GoogleClient, GoogleDocument, GoogleState, PublishOptions, Published};
pub use history::{ChangePage, ChangeRow, History};
pub use lists::{ListQuery, Page, Row, RunbookTerm, SortBy, Suggestions};
pub use members::Member;
pub use reading::{Lesson, Spread, Unread};
pub use recurrence::{Proven, Recurrence, Suspect};
pub use resume::{LastPlace, Resumed};
pub use review::{LackView, PointView, ReviewRequest, ReviewRequests, ReviewState, TeamReview};
pub use runbook::RunbookView;
pub use sample::{Sampled, prepare_sample};
pub use searches::SavedSearch;
pub use settings::Settings;
pub use template::TemplateText;
pub use watch::{Changed, Watch};
pub use work::{Work, WorkPart, WorkProgress, Works};
pub use workspace::{Recovery, Start, Workspace, recover};
pub use yokoten_model::book;
pub use yokoten_model::masking::Hit as MaskHit;
pub use yokoten_model::postmortem::{Postmortem, Status};
pub use yokoten_model::runbook::numbers as step_numbers;
pub use yokoten_model::{Assignment, Revision, Step, postmortem};
