//! Text as the formats can hold it.

/// Leaves out characters that XML 1.0 cannot hold (a terminal's escape codes) and no page can show: they would make
/// a whole file unreadable.
pub(super) fn clean(text: &str) -> String {
    text.chars().filter(|char| is_xml(*char)).collect()
}

fn is_xml(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
