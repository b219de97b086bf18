//! What a postmortem is.
//!
//! This crate never does IO, never asks the time (time is passed in), never knows SQL, Tauri or HTTP.
//! Lengths and offsets are in Unicode scalar values unless a name says `utf16` or `bytes`.

pub mod document;
pub mod edit;
mod error;
pub mod gaps;
pub mod markdown;
pub mod number;
pub mod postmortem;
pub mod report;
pub mod shape;
pub mod template;

pub use document::{Document, Imported, Revision};
pub use edit::{Assignment, Step};
pub use error::{Error, Result};
pub use postmortem::Postmortem;
