//! Yokoten: postmortems of alerts that were not handled as the runbook says.
//!
//! This package holds no code. `tauri build` reads the product's name and version from the package beside
//! `tauri.conf.json`; the window itself is `src-tauri`, the program behind it is in `crates`.
