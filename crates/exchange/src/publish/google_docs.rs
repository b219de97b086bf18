//! Google Docs: one tab for a chapter, one named range for a block.
//!
//! A publication reads the document, plans, and sends one batch for each chapter that differs. What people wrote
//! around the blocks is never touched, a block that someone edited never overwritten silently. The journal is kept
//! before each request; after a crash or a lost answer the document itself tells what was carried out, because every
//! batch leaves a range with the name of its generation. So nothing is ever sent twice.

mod align;
mod batch;
mod drive;
mod journal;
mod layout;
mod pictures;
mod piece;
mod plan;
mod publisher;
mod read;
mod reconcile;
mod requests;
mod send;
mod tabs;
mod theirs;
mod view;

pub use journal::{Block, Chapter as ChapterJournal, Journal, Keeper, Part, Pending, Picture};
pub use piece::Pictures;
pub use plan::{Answer, Answers, BlockPlan, Change, ChapterPlan, Choice, Place, Plan};
pub use publisher::{Endpoints, Error, Publisher, Tokens};
pub use send::{Outcome, Progress, Publication};
pub use theirs::Theirs;
