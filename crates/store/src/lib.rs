//! What this machine remembers: one folder with one SQLite file, attachments and backups.
//!
//! The change log is the truth; rows and the search index are derived from it, in the transaction of the edit.
//! Nothing ever edits the log. Time is passed in, in milliseconds since 1970, UTC. This crate never meets the
//! network or another product's format.

pub mod alerts;
pub mod attachments;
pub mod awaiting;
pub mod backup;
pub mod books;
mod cache;
mod checkpoints;
mod error;
pub mod files;
mod leb128;
pub mod list;
pub mod log;
pub mod measures;
mod open;
mod passages;
pub mod progress;
mod projection;
pub mod reading;
pub mod recurrence;
pub mod salvage;
pub mod search;
pub mod settings;
mod store;
pub mod templates;
pub mod verify;

pub use error::{Error, Result};
pub use log::{Author, Change, ChangeRow};
pub use open::{DATABASE, PATIENCE, SCHEMA_VERSION};
pub use progress::Progress;
pub use store::{Arrived, Received, Store, Written};
