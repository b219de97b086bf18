//! What a postmortem is.
//!
//! This crate never does IO, never asks the time (time is passed in), never knows SQL, Tauri or HTTP.
//! Lengths and offsets are in Unicode scalar values unless a name says `utf16` or `bytes`.

pub mod book;
pub mod document;
pub mod edit;
pub mod effect;
mod error;
pub mod fold;
pub mod gaps;
pub mod guidance;
pub mod handlings;
pub mod markdown;
pub mod masking;
pub mod number;
pub mod postmortem;
pub mod proven;
pub mod recurrence;
pub mod report;
pub mod review;
pub mod runbook;
pub mod shape;
pub mod template;

pub use book::Book;
pub use document::{Document, Imported, Revision};
pub use edit::{Assignment, Step};
pub use error::{Error, Result};
pub use postmortem::Postmortem;

/// The offset of Japan, in which both offices read times. It knows no summer time.
pub const JST: chrono::FixedOffset = match chrono::FixedOffset::east_opt(9 * 3600) {
    Some(offset) => offset,
    None => unreachable!(),
};
