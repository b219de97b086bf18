//! What crosses the border: publishing to files and to Google Docs, the sign-in for it, and the one socket.
//!
//! This crate never meets the store. Its parts never import each other.

pub mod google;
pub mod http;
pub mod publish;
