//! The mark at the start of a line that makes it a step: `1.`, ①, (1), 手順1, Step 1, ・ and their like.

/// What kind of mark a line begins with. Lines of one list begin with marks of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// 1. 1) 1、 1: and a number before a tab or a space
    Number,
    /// 手順1, ステップ1, Step 1
    Word,
    /// ① ❶
    Circled,
    /// (1) ⑴
    Parenthesis,
    /// [1] 【1】
    Bracket,
    /// 一、 (一)
    Kanji,
    /// a. (a)
    Letter,
    /// ア. (ア)
    Kana,
    /// ・ - * •, by the sign
    Bullet(char),
    /// ■ □ ◆ 【…】 and Markdown's #: a bullet, or a heading where others have marks of their own
    Heading,
}

/// A mark, and what stands after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found<'a> {
    pub(super) class: Class,
    /// The number that it writes.
    pub(super) number: Option<usize>,
    /// How deep it says that it stands: 1 of `2.1`; `None` where it does not say.
    pub(super) depth: Option<usize>,
    /// The line without it.
    pub(super) text: &'a str,
}

impl<'a> Found<'a> {
    fn new(class: Class, number: Option<usize>, text: &'a str) -> Self {
        Self { class, number, depth: None, text: text.trim_start() }
    }
}

const KANJI: &str = "一二三四五六七八九十";
const KANA: &str = "アイウエオカキクケコサシスセソタチツテト";
const BULLETS: &str = "・•●○◯▪‣☐☑✅→➤";
const HEADINGS: &str = "■□◆◇▼▽★☆";

/// The mark that a trimmed line begins with.
pub(super) fn marker(line: &str) -> Option<Found<'_>> {
    let mut letters = line.chars();
    let first = letters.next()?;
    let rest = letters.as_str();
    if first == '#' {
        let text = line.trim_start_matches('#').trim_start();
        // 「## 手順1 …」 is the step that it names.
        return Some(word(text).unwrap_or(Found::new(Class::Heading, None, text)));
    }
    if let Some(number) = circled(first) {
        return Some(Found::new(Class::Circled, Some(number), rest));
    }
    if let Some(number) = offset(first, '⑴', 20) {
        return Some(Found::new(Class::Parenthesis, Some(number), rest));
    }
    if let Some(number) = offset(first, '⒈', 20) {
        return Some(Found::new(Class::Number, Some(number), rest));
    }
    if HEADINGS.contains(first) {
        return Some(Found::new(Class::Heading, None, rest));
    }
    if BULLETS.contains(first) {
        return Some(Found::new(Class::Bullet(first), None, rest));
    }
    if matches!(first, '-' | '*' | '+' | '–') {
        let text = rest.strip_prefix([' ', '\t', '\u{3000}'])?.trim_start();
        let box_less = ["[ ]", "[x]", "[X]"].iter().find_map(|mark| text.strip_prefix(mark));
        return Some(Found::new(Class::Bullet(first), None, box_less.unwrap_or(text)));
    }
    enclosed(line).or_else(|| word(line)).or_else(|| numbered(line)).or_else(|| lettered(first, rest))
}

/// (1) （ア） [1] 【手順1】
fn enclosed(line: &str) -> Option<Found<'_>> {
    let pairs = [('(', ')'), ('（', '）'), ('[', ']'), ('［', '］'), ('【', '】'), ('<', '>'), ('〔', '〕')];
    let (opening, closing) = pairs.iter().find(|(opening, _)| line.starts_with(*opening))?;
    let (inner, rest) = line.strip_prefix(*opening)?.split_once(*closing)?;
    let inner = inner.trim();
    let round = matches!(opening, '(' | '（');
    if let Some((number, "")) = digits(inner) {
        let class = if round { Class::Parenthesis } else { Class::Bracket };
        return Some(Found::new(class, Some(number), rest));
    }
    if let Some(found) = word(inner).filter(|found| found.text.is_empty()) {
        return Some(Found { text: rest.trim_start(), ..found });
    }
    let mut letters = inner.chars();
    if let (Some(letter), None) = (letters.next(), letters.next())
        && let Some((class, number)) = letter_class(letter)
    {
        return Some(Found::new(class, Some(number), rest));
    }
    (*opening == '【').then(|| Found::new(Class::Heading, None, line))
}

/// 手順1, ステップ 1:, Step 2-1
fn word(line: &str) -> Option<Found<'_>> {
    let words = ["手順", "ステップ", "Step", "STEP", "step"];
    let rest = words.iter().find_map(|word| line.strip_prefix(word))?.trim_start();
    let (label, text) = label(rest)?;
    let text = text.strip_prefix(delimiter).unwrap_or(text);
    let depth = (label.parts > 1).then_some(label.parts - 1);
    Some(Found { depth, ..Found::new(Class::Word, Some(label.last), text) })
}

/// 1. 1) 2.1 and a number before a space
fn numbered(line: &str) -> Option<Found<'_>> {
    let (label, rest) = label(line)?;
    let text = if let Some(text) = rest.strip_prefix(delimiter) {
        // 10:30 and 1.5 are no marks.
        (!text.starts_with(|letter: char| digit(letter).is_some())).then_some(text)?
    } else {
        rest.strip_prefix(char::is_whitespace)?
    };
    let depth = (label.parts > 1).then_some(label.parts - 1);
    Some(Found { depth, ..Found::new(Class::Number, Some(label.last), text) })
}

/// a. ア、 一．
fn lettered(first: char, rest: &str) -> Option<Found<'_>> {
    let (class, number) = letter_class(first)?;
    let text = rest.strip_prefix(delimiter)?;
    // `e.g.` is no mark.
    let apart = class != Class::Letter || text.starts_with(char::is_whitespace);
    apart.then(|| Found::new(class, Some(number), text))
}

fn letter_class(letter: char) -> Option<(Class, usize)> {
    let place = |letters: &str| letters.chars().position(|other| other == letter).map(|place| place + 1);
    if letter.is_ascii_alphabetic() {
        let number = usize::from(u8::try_from(letter.to_ascii_lowercase()).ok()? - b'a') + 1;
        return Some((Class::Letter, number));
    }
    place(KANJI).map(|number| (Class::Kanji, number)).or(place(KANA).map(|number| (Class::Kana, number)))
}

fn delimiter(letter: char) -> bool {
    matches!(letter, '.' | '．' | ')' | '）' | '、' | ':' | '：' | '。' | ',')
}

struct Label {
    last: usize,
    parts: usize,
}

/// A number of one or more parts, such as `2`, `2.1` or `2-1`, and what stands after it.
fn label(text: &str) -> Option<(Label, &str)> {
    let (mut last, mut rest) = digits(text)?;
    let mut parts = 1;
    while let Some((number, after)) =
        rest.strip_prefix(['.', '．', '-', '－']).and_then(digits).filter(|(_, after)| ends(after))
    {
        (last, rest) = (number, after);
        parts += 1;
    }
    Some((Label { last, parts }, rest))
}

/// Whether a number of several parts may end here: 1.5倍 is a figure.
fn ends(after: &str) -> bool {
    after.starts_with(|letter: char| letter.is_whitespace() || delimiter(letter) || letter == '-')
}

/// A number of one or two digits, and what stands after it.
fn digits(text: &str) -> Option<(usize, &str)> {
    let end = text.find(|letter: char| digit(letter).is_none()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let count = number.chars().count();
    let value = number.chars().filter_map(digit).fold(0, |value, digit| value * 10 + digit);
    (1..=2).contains(&count).then_some((value, rest))
}

fn digit(letter: char) -> Option<usize> {
    let value = u32::from(letter);
    let zero = if letter.is_ascii_digit() { u32::from('0') } else { u32::from('０') };
    value.checked_sub(zero).filter(|digit| *digit < 10).and_then(|digit| usize::try_from(digit).ok())
}

fn circled(letter: char) -> Option<usize> {
    let above = |first: char, count: usize, from: usize| offset(letter, first, count).map(|at| at + from);
    above('①', 20, 0)
        .or(above('㉑', 15, 20))
        .or(above('❶', 10, 0))
        .or(above('➀', 10, 0))
        .or(above('➊', 10, 0))
}

/// The place of a sign in a run of `count` signs that begins with `first`, from 1.
fn offset(letter: char, first: char, count: usize) -> Option<usize> {
    let at = usize::try_from(u32::from(letter).checked_sub(u32::from(first))?).ok()?;
    (at < count).then_some(at + 1)
}
