//! Publishing to Google Docs, against a small server on 127.0.0.1 that keeps Google's rules of indices, batches,
//! revisions and quotas, checks every request against Google's own discovery documents, and fails on demand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    unreachable_pub
)]
#![allow(missing_docs)]

mod body;
mod counts;
mod document;
mod faults;
mod fixture;
mod flow;
mod people;
mod python;
mod schema;
mod server;
mod sign_in;
mod taken;
