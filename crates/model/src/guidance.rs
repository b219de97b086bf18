//! Advice on a postmortem's texts: weak phrases, each with the question to give back.
//!
//! A phrase is found by the words of the template and by patterns (`rules`) over one folded form of the text
//! (`text`); the sentence around it tells whether it blames or prevents, states or quotes (`context`). Nothing here
//! blocks anybody. Offsets are UTF-16 units of the text that was given.

mod chain;
mod context;
mod document;
mod names;
mod polite;
mod rules;
mod sentence;
mod sieve;
mod strength;
mod text;

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::postmortem::Side;
use crate::template::{Hint, Localised, Template};
use context::Place;
use sentence::{Sentence, Statements};
use sieve::Sieve;
use text::Text;

pub use chain::{Chain, read_back};
pub use document::Hinted;
pub use strength::Proposal;

pub(crate) mod field {
    //! Sets of fields, a bit each.
    pub(crate) const OVERVIEW: u8 = 1;
    pub(crate) const PROBLEM: u8 = 2;
    pub(crate) const OCCURRENCE: u8 = 4;
    pub(crate) const ESCAPE: u8 = 8;
    pub(crate) const MEASURE: u8 = 16;
    pub(crate) const LESSONS: u8 = 32;
}

/// What kind of text is advised on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// アラートと一次対処手順の概要
    Overview,
    /// 問題の概要
    Problem,
    /// 発生原因, its conclusion or a why-node
    OccurrenceCause,
    /// 流出原因, its conclusion or a why-node
    EscapeCause,
    /// 再発防止策
    Countermeasure,
    /// 学び
    Lessons,
}

impl Field {
    /// Every field, in the order of the document.
    pub const ALL: [Self; 6] = [
        Self::Overview,
        Self::Problem,
        Self::OccurrenceCause,
        Self::EscapeCause,
        Self::Countermeasure,
        Self::Lessons,
    ];

    /// Its name, as the command line and documents write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Problem => "problem",
            Self::OccurrenceCause => "occurrence_cause",
            Self::EscapeCause => "escape_cause",
            Self::Countermeasure => "countermeasure",
            Self::Lessons => "lessons",
        }
    }

    /// The field of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }

    fn bit(self) -> u8 {
        match self {
            Self::Overview => field::OVERVIEW,
            Self::Problem => field::PROBLEM,
            Self::OccurrenceCause => field::OCCURRENCE,
            Self::EscapeCause => field::ESCAPE,
            Self::Countermeasure => field::MEASURE,
            Self::Lessons => field::LESSONS,
        }
    }
}

/// What a phrase does, and so which uses of it are innocent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Names a weakness: 確認不足.
    Claim,
    /// Says what someone did or did not do; fine where the system explains it: 見落とした.
    Deed,
    /// Judges a person, whatever explains it: 怠った.
    Blame,
    /// Wishes that someone had taken more care; fine where the system would have.
    Regret,
    /// Tells people: 周知する; fine beside something stronger.
    Act,
    /// Looks twice: ダブルチェック; fine beside something stronger, or with a source of its own.
    Check,
    /// Resolves to be careful: 気をつける; fine beside something stronger.
    Resolve,
    /// Leaves everything to people, in no words that are known; asked where nothing else is.
    Left,
    /// Says what was not done, in no words that are known; asked where nothing else is.
    Undone,
    /// Shows no end: 検討する.
    Vague,
    /// Judges what happened.
    Judgement,
    /// Gives a cause where the facts belong.
    Cause,
}

impl Form {
    fn is_last_resort(self) -> bool {
        matches!(self, Self::Left | Self::Undone)
    }
}

/// One piece of advice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Advice {
    /// What kind, as the template has it.
    pub code: String,
    /// The field.
    pub field: String,
    /// Where it begins, in UTF-16 units.
    pub start: usize,
    /// Where it ends, in UTF-16 units.
    pub end: usize,
    /// The words in question.
    pub found: String,
    /// The question to give back.
    pub question: String,
}

/// One weak phrase, without words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind, as the template has it.
    pub code: String,
    /// Where it begins and ends, in UTF-16 units.
    pub range: (usize, usize),
    /// The words in question.
    pub found: String,
    /// The sentence that they stand in.
    pub sentence: String,
}

#[derive(Debug)]
struct Pattern {
    code: String,
    fields: u8,
    form: Form,
    regex: Regex,
}

/// Reads texts by one template's words.
#[derive(Debug)]
pub struct Coach {
    patterns: Vec<Pattern>,
    sieve: Sieve,
    hints: Vec<Hint>,
}

static BUILTIN: LazyLock<Coach> = LazyLock::new(|| Coach::new(&Template::builtin()));

impl Coach {
    /// The coach of the built-in template.
    #[must_use]
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// A coach that knows a template's words beside the patterns.
    #[must_use]
    pub fn new(template: &Template) -> Self {
        let known = |code: &str| template.hint(code).is_some();
        let patterned = rules::all()
            .filter(|rule| known(rule.code))
            .map(|rule| (rule.code.to_owned(), rule.fields, rule.form, unfolded(rule.pattern)));
        let worded = template.guidance.iter().filter(|hint| !hint.words.is_empty()).filter_map(|hint| {
            let words: Vec<String> = hint.words.iter().map(|word| regex::escape(&text::fold(word))).collect();
            let fields = hint.fields.iter().fold(0, |set, field| set | field.bit());
            Some((hint.code.clone(), fields, hint.form?, words.join("|")))
        });
        let (mut patterns, mut sources) = (Vec::new(), Vec::new());
        for (code, fields, form, source) in patterned.chain(worded) {
            if let Ok(regex) = Regex::new(&source) {
                patterns.push(Pattern { code, fields, form, regex });
                sources.push(source);
            }
        }
        let sieve = Sieve::new(&sources);
        Self { patterns, sieve, hints: template.guidance.clone() }
    }

    /// The weak phrases of a text, in its order; none overlaps another.
    #[must_use]
    pub fn find(&self, field: Field, original: &str) -> Vec<Finding> {
        let text = Text::new(original);
        let statements = Statements::of(&text.folded);
        let mut hits = Vec::new();
        let mut previous = "";
        for sentence in &statements.sentences {
            let words = text.folded.get(sentence.start..sentence.end).unwrap_or_default();
            let mut found = self.hits(field, &text, &statements, *sentence, previous);
            if found.iter().any(|hit| !hit.form.is_last_resort()) {
                found.retain(|hit| !hit.form.is_last_resort());
            }
            found.sort_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end)));
            let mut last = 0;
            for hit in found {
                if hit.start >= last {
                    last = hit.end;
                    hits.push((hit, *sentence));
                }
            }
            previous = words;
        }
        let units: Vec<u16> = original.encode_utf16().collect();
        let cut =
            |(from, to): (usize, usize)| String::from_utf16_lossy(units.get(from..to).unwrap_or_default());
        hits.into_iter()
            .map(|(hit, sentence)| {
                let range = text.utf16(sentence.start + hit.start, sentence.start + hit.end);
                Finding {
                    code: hit.code.to_owned(),
                    range,
                    found: cut(range),
                    sentence: cut(text.utf16(sentence.start, sentence.end)),
                }
            })
            .collect()
    }

    /// Advice on a text, in a language (`ja`, `en`).
    #[must_use]
    pub fn advise(&self, field: Field, text: &str, lang: &str) -> Vec<Advice> {
        self.find(field, text).into_iter().map(|finding| self.worded(field, finding, lang)).collect()
    }

    fn worded(&self, field: Field, finding: Finding, lang: &str) -> Advice {
        let question = self.question(&finding.code, lang);
        Advice {
            field: field.as_str().to_owned(),
            start: finding.range.0,
            end: finding.range.1,
            found: finding.found,
            question,
            code: finding.code,
        }
    }

    /// The question of a code.
    #[must_use]
    pub fn question(&self, code: &str, lang: &str) -> String {
        let hint = self.hints.iter().find(|hint| hint.code == code);
        hint.map(|hint| &hint.question).unwrap_or(&Localised::default()).get(lang).to_owned()
    }

    fn hits(
        &self,
        field: Field,
        text: &Text,
        statements: &Statements,
        at: Sentence,
        previous: &str,
    ) -> Vec<Hit<'_>> {
        let sentence = text.folded.get(at.start..at.end).unwrap_or_default();
        let is_quoted = |start, end| statements.is_quoted(at.start + start, at.start + end);
        let mut hits = Vec::new();
        for index in self.sieve.candidates(sentence) {
            let Some(pattern) = self.patterns.get(index).filter(|pattern| pattern.fields & field.bit() != 0)
            else {
                continue;
            };
            for captures in pattern.regex.captures_iter(sentence) {
                let Some(found) = captures.get(1).or_else(|| captures.get(0)) else { continue };
                let (start, end) = trimmed(sentence, found.start(), found.end());
                let end = text.whole_words(at.start + start, at.start + end) - at.start;
                let after = sentence.get(end..).unwrap_or_default();
                let place = Place {
                    field: field.bit(),
                    previous,
                    before: sentence.get(..start).unwrap_or_default(),
                    found: sentence.get(start..end).unwrap_or_default(),
                    after,
                    compound: text.is_solid(at.start + end)
                        && text.ends_as_noun(at.start + end)
                        && !NO_COMPOUND.iter().any(|word| after.starts_with(word)),
                };
                if start < end && !is_quoted(start, end) && !context::is_innocent(pattern.form, &place) {
                    hits.push(Hit { code: coded(field, &pattern.code), form: pattern.form, start, end });
                }
            }
        }
        let counts = match field {
            Field::Countermeasure => names::is_blamed(sentence),
            Field::Lessons => !names::is_thanked(sentence),
            _ => true,
        };
        let names = names::find(sentence).into_iter().filter(|(start, end)| {
            // 「検証用サンプル」 holds no honorific: there it is written in katakana.
            let katakana = sentence.get(..*end).is_some_and(|name| name.ends_with('ん'))
                && text.is_solid(at.start + end - 'ん'.len_utf8());
            counts && !katakana && !is_quoted(*start, *end)
        });
        hits.extend(names.map(|(start, end)| Hit { code: "blamed_person", form: Form::Blame, start, end }));
        hits
    }
}

struct Hit<'a> {
    code: &'a str,
    form: Form,
    start: usize,
    end: usize,
}

/// Kanji that follow a noun without making a compound of it.
const NO_COMPOUND: &[&str] =
    &["起因", "等", "由来", "気味", "状態", "故", "原因", "以外", "体制", "実施", "徹底", "強化"];

/// Among the facts, a weakness is a cause that is told too early.
fn coded(field: Field, code: &str) -> &str {
    match (field, code) {
        (
            Field::Problem | Field::Overview,
            "weak_check" | "weak_attention" | "human_error" | "weak_knowledge" | "weak_handover"
            | "procedure_breach",
        ) => "cause_in_problem",
        _ => code,
    }
}

/// Without the marks at its end.
fn trimmed(sentence: &str, start: usize, end: usize) -> (usize, usize) {
    let found = sentence.get(start..end).unwrap_or_default();
    let tail = found.len() - found.trim_end_matches(['。', '、', '!', '?', ' ']).len();
    let head = found.len() - found.trim_start_matches(['。', '、', ' ']).len();
    (start + head, (end - tail).max(start + head))
}

/// A pattern with its fragments in place; fragments may hold fragments.
fn unfolded(pattern: &str) -> String {
    let mut pattern = pattern.to_owned();
    for _ in 0..3 {
        for (name, fragment) in rules::FRAGMENTS {
            pattern = pattern.replace(&format!("<{name}>"), fragment);
        }
    }
    pattern
}

impl Side {
    /// The field of this side's causes.
    #[must_use]
    pub fn cause_field(self) -> Field {
        match self {
            Self::Occurrence => Field::OccurrenceCause,
            Self::Escape => Field::EscapeCause,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_can_be_read_and_has_a_question() {
        for rule in rules::all() {
            let regex = Regex::new(&unfolded(rule.pattern));
            assert!(regex.is_ok(), "{}: {}", rule.code, regex.unwrap_err());
            assert!(!unfolded(rule.pattern).contains('<'), "{}", rule.pattern);
            assert!(!Coach::builtin().question(rule.code, "ja").is_empty(), "{}", rule.code);
        }
    }
}
