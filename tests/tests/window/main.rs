//! The real window: WebKitGTK, driven as a person would.
//!
//! They need a display, a session bus and the built programs, so they are ignored unless asked for:
//! `cargo xtask test --only window`. Pictures land in tests/artifacts.

#![allow(clippy::disallowed_methods, reason = "files made for a test need not survive a crash")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests report by panicking, their helpers too"
)]

mod beside;
mod composition;
mod fences;
mod interview;
mod journey;
mod keyboard;
mod pictures;
mod programs;
mod publishing;
mod search;
mod trouble;
mod window;
