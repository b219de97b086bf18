//! One form for texts that people write in several: width, case and spaces make no difference.

use unicode_normalization::UnicodeNormalization;

/// The text in NFKC and lower case, without spaces: `ＲＢ-Ａ-017　ALB` becomes `rb-a-017alb`.
#[must_use]
pub fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|letter| !letter.is_whitespace()).collect()
}

/// A runbook step in one form: its number where it has one (`手順４：再起動` and `step 4` become `4`, `手順3-2` becomes
/// `3-2`), else the folded text.
#[must_use]
pub fn fold_step(text: &str) -> String {
    let folded = fold(text);
    let number: String = folded
        .chars()
        .skip_while(|letter| !letter.is_ascii_digit())
        .take_while(|letter| letter.is_ascii_digit() || matches!(letter, '-' | '.'))
        .collect();
    let number = number.trim_end_matches(['-', '.']);
    if number.is_empty() { folded } else { number.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_and_spaces_make_no_difference() {
        assert_eq!(fold("ＲＢ-Ａ-017　ALB ｶﾞ"), "rb-a-017albガ");
        assert_eq!(fold(""), "");
    }

    #[test]
    fn a_step_is_known_by_its_number() {
        for text in ["手順4", "手順 ４：対象を再起動する", "Step 4.", "4"] {
            assert_eq!(fold_step(text), "4", "{text}");
        }
        assert_eq!(fold_step("手順3-2"), "3-2");
        assert_eq!(fold_step("連絡先を 調べる"), "連絡先を調べる");
    }
}
