//! placeholder
/// x
pub fn plain_text(s: &str) -> String { s.to_owned() }
