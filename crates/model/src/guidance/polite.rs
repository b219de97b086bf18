//! Polite endings as the plain ones that the rules are written in: 「知りませんでした」 is 「知らなかった」.

use super::text::Letter;

/// A polite ending, and which form of the verb it stands for.
const ENDINGS: [(&str, Form); 4] =
    [("ませんでした", Form::WasNot), ("ません", Form::IsNot), ("ました", Form::Was), ("ます", Form::Is)];

/// Polite words that are no verbs.
const COPULAS: [(&str, &str); 2] = [("でした", "だった"), ("です", "だ")];

/// Stems in い that take る; other stems in い take another row.
const STEMS_IN_I: [&str; 16] = [
    "でき", "起き", "生き", "過ぎ", "落ち", "満ち", "閉じ", "感じ", "信じ", "生じ", "応じ", "用い", "率い",
    "足り", "借り", "降り",
];

#[derive(Clone, Copy)]
enum Form {
    WasNot,
    IsNot,
    Was,
    Is,
}

/// The same letters with plain endings; each new letter knows the whole ending as its place.
pub(super) fn plain(letters: Vec<Letter>) -> Vec<Letter> {
    let mut out: Vec<Letter> = Vec::with_capacity(letters.len());
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        let rest = letters.get(at..).unwrap_or_default();
        let verb = ENDINGS.iter().find(|(ending, _)| begins(rest, ending));
        let verb = verb.and_then(|(ending, form)| Some((*ending, conjugated(&out, *form)?)));
        if let Some((ending, (stem, plain))) = verb {
            let from = out.get(out.len() - stem).map_or(letter.from, |first| first.from);
            out.truncate(out.len() - stem);
            at = replaced(&mut out, &letters, at, ending, plain.chars(), from);
        } else if let Some((polite, plain)) = COPULAS.iter().find(|(polite, _)| begins(rest, polite)) {
            at = replaced(&mut out, &letters, at, polite, plain.chars(), letter.from);
        } else {
            out.push(*letter);
            at += 1;
        }
    }
    out
}

/// Puts `plain` where `polite` stood, and says where the text goes on.
fn replaced(
    out: &mut Vec<Letter>,
    letters: &[Letter],
    at: usize,
    polite: &str,
    plain: impl Iterator<Item = char>,
    from: usize,
) -> usize {
    let next = at + polite.chars().count();
    let to = letters.get(next - 1).map_or(from, |last| last.to);
    out.extend(plain.map(|char| Letter { char, from, to, solid: false }));
    next
}

fn begins(letters: &[Letter], text: &str) -> bool {
    text.chars().enumerate().all(|(at, char)| letters.get(at).is_some_and(|letter| letter.char == char))
}

fn ends(letters: &[Letter], text: &str) -> bool {
    let count = text.chars().count();
    letters.len() >= count && letters.get(letters.len() - count..).is_some_and(|tail| begins(tail, text))
}

/// How many letters before a polite ending are the stem that changes, and what stands for both.
fn conjugated(before: &[Letter], form: Form) -> Option<(usize, String)> {
    use Form::{Is, IsNot, Was, WasNot};
    let plain = |stem: usize, negative: &str, past: &str, present: &str| {
        let text = match form {
            WasNot => format!("{negative}なかった"),
            IsNot => format!("{negative}ない"),
            Was => past.to_owned(),
            Is => present.to_owned(),
        };
        Some((stem, text))
    };
    let last = before.last()?.char;
    if ends(before, "あり") {
        return plain(2, "", "あった", "ある");
    }
    if ends(before, "ており") || ends(before, "でおり") {
        return plain(2, "い", "いた", "いる");
    }
    if STEMS_IN_I.iter().any(|stem| ends(before, stem)) || ends(before, "てい") || ends(before, "でい") {
        return plain(0, "", "た", "る");
    }
    match last {
        'え' | 'け' | 'げ' | 'せ' | 'ぜ' | 'て' | 'で' | 'ね' | 'へ' | 'べ' | 'め' | 'れ' | '見' | '出'
        | '得' => plain(0, "", "た", "る"),
        'し' if is_of_su(before) => plain(1, "さ", "した", "す"),
        'し' => plain(1, "し", "した", "する"),
        'い' => plain(1, "わ", "った", "う"),
        'き' if ends(before, "行き") => plain(1, "か", "った", "く"),
        'き' => plain(1, "か", "いた", "く"),
        'ぎ' => plain(1, "が", "いだ", "ぐ"),
        'ち' => plain(1, "た", "った", "つ"),
        'に' => plain(1, "な", "んだ", "ぬ"),
        'び' => plain(1, "ば", "んだ", "ぶ"),
        'み' => plain(1, "ま", "んだ", "む"),
        'り' => plain(1, "ら", "った", "る"),
        _ => None,
    }
}

/// Whether a stem in し is of a verb in す (押し, 飛ばし) and not of a noun with する (確認し).
fn is_of_su(before: &[Letter]) -> bool {
    let letter = |back: usize| before.len().checked_sub(back).and_then(|at| before.get(at));
    match letter(2) {
        Some(one) if matches!(one.char, '\u{4e00}'..='\u{9fff}') => {
            !letter(3).is_some_and(|two| matches!(two.char, '\u{4e00}'..='\u{9fff}') || two.solid)
        }
        Some(one) if one.char == 'と' => letter(3).is_some_and(|two| two.char == '落'),
        Some(one) => !one.solid && matches!(one.char, 'ば' | 'ら' | 'わ' | 'ご' | 'や' | 'が'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::guidance::text::{Text, fold};

    #[test]
    fn polite_and_plain_are_one() {
        for (polite, plain) in [
            ("知りませんでした", "知らなかった"),
            ("見ませんでした", "見なかった"),
            ("読みませんでした", "読まなかった"),
            ("読めていませんでした", "読めていなかった"),
            ("確認しませんでした", "確認しなかった"),
            ("飛ばしません", "飛ばさない"),
            ("見落としました", "見落とした"),
            ("余裕がありませんでした", "余裕がなかった"),
            ("忘れておりました", "忘れていた"),
            ("進んでしまいました", "進んでしまった"),
            ("今後は気を付けます", "今後は気をつける"),
            ("周知を行います", "周知を行う"),
            ("飛びました", "飛んだ"),
            ("不慣れでした", "不慣れだった"),
            ("ミスです", "ミスだ"),
        ] {
            assert_eq!(fold(polite), fold(plain), "{polite}");
        }
    }

    #[test]
    fn a_plain_ending_knows_where_it_came_from() {
        let original = "全く知りませんでした。";
        let text = Text::new(original);
        let at = text.folded.find("知らなかった").unwrap();
        assert_eq!(text.utf16(at, at + "知らなかった".len()), (2, 10));
    }
}
