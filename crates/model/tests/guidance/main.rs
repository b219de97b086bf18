//! Advice on sentences that were labelled by hand, half of them innocent.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod document;

use yokoten_model::guidance::{Coach, Field};

struct Sentence<'a> {
    id: &'a str,
    field: Field,
    codes: Vec<&'a str>,
    found: Vec<&'a str>,
    text: &'a str,
}

fn labelled(tsv: &str) -> Vec<Sentence<'_>> {
    tsv.lines()
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let [id, field, codes, found, text] = cells.as_slice() else { panic!("{line}") };
            Sentence {
                id,
                field: Field::named(field).unwrap(),
                codes: codes.split(',').filter(|part| *part != "-").collect(),
                found: found.split(',').filter(|part| *part != "-").collect(),
                text,
            }
        })
        .collect()
}

#[derive(Debug, Default)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
    innocent: usize,
    /// Of those found: the span touches the labelled one.
    touching: usize,
    /// Of those found: the code is the labelled one.
    coded: usize,
}

impl Score {
    fn precision(&self) -> f64 {
        self.right as f64 / (self.right + self.wrong) as f64
    }
    fn recall(&self) -> f64 {
        self.right as f64 / (self.right + self.missed) as f64
    }
}

fn score(tsv: &str) -> Score {
    let mut score = Score::default();
    for sentence in labelled(tsv) {
        let found = Coach::builtin().find(sentence.field, sentence.text);
        let units: Vec<u16> = sentence.text.encode_utf16().collect();
        for finding in &found {
            let (start, end) = finding.range;
            assert_eq!(String::from_utf16(&units[start..end]).unwrap(), finding.found, "{}", sentence.id);
        }
        let said = || found.iter().map(|one| format!("{}:{}", one.code, one.found)).collect::<Vec<_>>();
        match (sentence.codes.is_empty(), found.is_empty()) {
            (true, true) => score.innocent += 1,
            (true, false) => {
                score.wrong += 1;
                println!("wrong  {} {} {} {:?}", sentence.id, sentence.field.as_str(), sentence.text, said());
            }
            (false, true) => {
                score.missed += 1;
                println!(
                    "missed {} {} {} {:?}",
                    sentence.id,
                    sentence.field.as_str(),
                    sentence.text,
                    sentence.found
                );
            }
            (false, false) => {
                score.right += 1;
                let touches = found.iter().any(|one| {
                    sentence.found.iter().any(|label| {
                        let at = sentence.text.find(label).unwrap();
                        let from = sentence.text[..at].encode_utf16().count();
                        one.range.0 < from + label.encode_utf16().count() && from < one.range.1
                    })
                });
                let coded = found.iter().any(|one| sentence.codes.contains(&one.code.as_str()));
                if !touches || !coded {
                    println!(
                        "unlike {} {} {} {:?} {:?}",
                        sentence.id,
                        sentence.field.as_str(),
                        sentence.text,
                        sentence.found,
                        said()
                    );
                }
                score.touching += usize::from(touches);
                score.coded += usize::from(coded);
            }
        }
    }
    println!("{score:?} precision {:.3} recall {:.3}", score.precision(), score.recall());
    score
}

/// The rules were written with these in view.
#[test]
fn sentences_that_were_seen() {
    let score = score(include_str!("seen.tsv"));
    assert!(score.precision() >= 0.97 && score.recall() >= 0.95, "{score:?}");
}

/// Set apart before the rules were written, by the same hand: 1.000 and 1.000 when they were first read.
#[test]
fn sentences_that_were_set_apart() {
    let score = score(include_str!("unseen.tsv"));
    assert!(score.precision() >= 0.95 && score.recall() >= 0.85, "{score:?}");
}

/// Written in three rounds when the rules stood, then learnt from. When first read, precision and recall were
/// 0.978 and 0.577 (`f`, mostly paraphrases), 1.000 and 0.653 (`g`, the same), 1.000 and 0.889 (`h`, a mixture).
#[test]
fn sentences_that_were_written_later() {
    let score = score(include_str!("later.tsv"));
    assert!(score.precision() >= 0.95 && score.recall() >= 0.85, "{score:?}");
}

/// Written last: when first read, precision was 1.000 and recall 0.800. What was missed was learnt from since.
#[test]
fn sentences_that_were_written_last() {
    let score = score(include_str!("last.tsv"));
    assert!(score.precision() >= 0.95 && score.recall() >= 0.85, "{score:?}");
}

/// Written to learn from, with the rules in view.
#[test]
fn sentences_to_learn_from() {
    let score = score(include_str!("learnt.tsv"));
    assert!(score.precision() >= 0.97 && score.recall() >= 0.95, "{score:?}");
}

/// Written without the rules in view, and what was missed then learnt from: 0.979 and 0.803 when first read.
#[test]
fn sentences_that_were_written_afresh() {
    let score = score(include_str!("fresh.tsv"));
    assert!(score.precision() >= 0.95 && score.recall() >= 0.85, "{score:?}");
}

/// Written when the rules had been widened, read once, then learnt from: 1.000 and 0.878 when first read.
#[test]
fn sentences_that_were_written_afterwards() {
    let score = score(include_str!("second.tsv"));
    assert!(score.precision() >= 0.95 && score.recall() >= 0.85, "{score:?}");
}

/// Written after that, and treated so: 0.958 and 0.852 when first read.
#[test]
fn sentences_that_were_written_at_the_end() {
    let score = score(include_str!("third.tsv"));
    assert!(score.precision() >= 0.95 && score.recall() >= 0.85, "{score:?}");
}

/// Written last and never learnt from: as they were first read.
#[test]
fn sentences_that_nobody_has_learnt_from() {
    let score = score(include_str!("fourth.tsv"));
    assert!(score.precision() >= 0.95 && score.recall() >= 0.85, "{score:?}");
}
