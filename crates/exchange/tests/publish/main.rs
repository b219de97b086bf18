//! What is published says all that the entry says, and nothing in it is live.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, unreachable_pub)]

mod anki;
mod book;
mod docx;
mod fixture;
mod hostile;
mod html;
mod markdown;
mod pdf;
mod stream;
mod whole;
