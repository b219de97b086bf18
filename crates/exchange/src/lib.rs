//! What crosses the border: for now, publishing to files. Importing and sync will stand beside it.
//!
//! This crate never meets the store. Its parts never import each other.

pub mod publish;
