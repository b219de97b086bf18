//! An entry changed since its chapter was made: what differs, and what becomes of each difference.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Chapter, Parts, Question};
use crate::{Error, Result};

/// A place of a chapter that takes changes on its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// 状況
    Situation,
    /// One question of 考えてみよう, by its id.
    Think(String),
    /// 何が起きたか
    Happened,
    /// なぜ
    Why,
    /// 学び
    Lessons,
    /// One question of 確認問題, by its id.
    Check(String),
}

/// One difference between what a chapter took from its entries and what they say now.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct Change {
    /// Where.
    pub slot: Slot,
    /// What the entries gave when they were last looked at, in Markdown.
    pub before: String,
    /// What they give now.
    pub after: String,
    /// What the chapter says.
    pub mine: String,
    /// What the chapter would say with the change in it; `None` where a person has written at the very same place.
    pub merged: Option<String>,
}

/// What becomes of one change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "BookDecision")]
pub enum Decision {
    /// It is taken into the chapter: beside what was written there, or, where both are at the same place, instead of it.
    Take,
    /// The chapter says this instead (texts only).
    Edit(String),
    /// The chapter stays as it is.
    Leave,
}

/// What differs between what the chapter took and `fresh`, a draft of its entries as they are now. `then` is a draft,
/// by the same rules, of the entries as the chapter knows them, where they are at hand: what comes from the rules
/// having changed and not from the entries is no change.
#[must_use]
pub fn changes(chapter: &Chapter, fresh: &Parts, then: Option<&Parts>) -> Vec<Change> {
    let slots = slots(&chapter.taken, fresh);
    let differs = |slot: &Slot| {
        let now = get(fresh, slot);
        now != get(&chapter.taken, slot) && then.is_none_or(|then| now != get(then, slot))
    };
    slots
        .into_iter()
        .filter(differs)
        .map(|slot| {
            let (before, after) = (get(&chapter.taken, &slot), get(fresh, &slot));
            let mine = get(&chapter.parts, &slot);
            let merged = merge(before, after, mine).map(Owned::shown);
            let [before, after, mine] = [before, after, mine].map(Piece::shown);
            Change { slot, before, after, mine, merged }
        })
        .collect()
}

/// Decides about one change. Nothing but the chapter is changed.
///
/// # Errors
/// [`Error::Invalid`] where a question shall become a text.
pub fn decide(chapter: &mut Chapter, fresh: &Parts, slot: &Slot, decision: Decision) -> Result<()> {
    match decision {
        Decision::Leave => {}
        Decision::Edit(text) => match slot {
            Slot::Think(_) | Slot::Check(_) => {
                return Err(Error::invalid("decision", "a question is edited in its chapter"));
            }
            slot => set(&mut chapter.parts, slot, Owned::Text(text)),
        },
        Decision::Take => {
            let (before, after) = (get(&chapter.taken, slot), get(fresh, slot));
            let merged = merge(before, after, get(&chapter.parts, slot)).unwrap_or_else(|| after.to_owned());
            set(&mut chapter.parts, slot, merged);
        }
    }
    set(&mut chapter.taken, slot, get(fresh, slot).to_owned());
    Ok(())
}

/// Takes every change that meets nothing of a person's at the same place. Returns the places of the others.
///
/// # Errors
/// As [`decide`].
pub fn take(chapter: &mut Chapter, fresh: &Parts, then: Option<&Parts>) -> Result<Vec<Slot>> {
    let mut open = Vec::new();
    for change in changes(chapter, fresh, then) {
        if change.merged.is_some() {
            decide(chapter, fresh, &change.slot, Decision::Take)?;
        } else {
            open.push(change.slot);
        }
    }
    Ok(open)
}

/// What stands at a place.
#[derive(Clone, Copy, PartialEq)]
enum Piece<'a> {
    Text(&'a str),
    Question(Option<&'a Question>),
}

enum Owned {
    Text(String),
    Question(Option<Question>),
}

impl Piece<'_> {
    fn to_owned(self) -> Owned {
        match self {
            Self::Text(text) => Owned::Text(text.to_owned()),
            Self::Question(question) => Owned::Question(question.cloned()),
        }
    }

    fn shown(self) -> String {
        self.to_owned().shown()
    }
}

impl Owned {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Question(_) => String::new(),
        }
    }

    /// In Markdown.
    fn shown(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Question(None) => String::new(),
            Self::Question(Some(question)) => {
                let choices = question.choices.iter();
                let choices: Vec<String> = choices
                    .map(|choice| format!("- [{}] {}", if choice.right { "x" } else { " " }, choice.text))
                    .collect();
                let parts = [question.prompt, choices.join("\n"), question.answer];
                parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
            }
        }
    }
}

/// `mine` with the change from `before` to `after`; `None` where both are at the same place.
fn merge(before: Piece<'_>, after: Piece<'_>, mine: Piece<'_>) -> Option<Owned> {
    if mine == before || mine == after {
        return Some(after.to_owned());
    }
    match (before, after, mine) {
        (Piece::Text(before), Piece::Text(after), Piece::Text(mine)) => {
            diffy::merge(before, mine, after).ok().map(Owned::Text)
        }
        _ => None,
    }
}

fn slots(taken: &Parts, fresh: &Parts) -> Vec<Slot> {
    let ids = |old: &[Question], new: &[Question]| {
        let mut ids: Vec<String> = old.iter().chain(new).map(|question| question.id.clone()).collect();
        let mut seen = Vec::new();
        ids.retain(|id| {
            let first = !seen.contains(id);
            seen.push(id.clone());
            first
        });
        ids
    };
    let mut slots = vec![Slot::Situation];
    slots.extend(ids(&taken.think, &fresh.think).into_iter().map(Slot::Think));
    slots.extend([Slot::Happened, Slot::Why, Slot::Lessons]);
    slots.extend(ids(&taken.check, &fresh.check).into_iter().map(Slot::Check));
    slots
}

fn get<'a>(parts: &'a Parts, slot: &Slot) -> Piece<'a> {
    let find = |questions: &'a [Question], id: &str| {
        Piece::Question(questions.iter().find(|question| question.id == id))
    };
    match slot {
        Slot::Situation => Piece::Text(&parts.situation),
        Slot::Happened => Piece::Text(&parts.happened),
        Slot::Why => Piece::Text(&parts.why),
        Slot::Lessons => Piece::Text(&parts.lessons),
        Slot::Think(id) => find(&parts.think, id),
        Slot::Check(id) => find(&parts.check, id),
    }
}

fn set(parts: &mut Parts, slot: &Slot, value: Owned) {
    match slot {
        Slot::Situation => parts.situation = value.into_text(),
        Slot::Happened => parts.happened = value.into_text(),
        Slot::Why => parts.why = value.into_text(),
        Slot::Lessons => parts.lessons = value.into_text(),
        Slot::Think(id) => set_question(&mut parts.think, id, value),
        Slot::Check(id) => set_question(&mut parts.check, id, value),
    }
}

fn set_question(questions: &mut Vec<Question>, id: &str, value: Owned) {
    let Owned::Question(value) = value else { return };
    let at = questions.iter().position(|question| question.id == id);
    match (at, value) {
        (Some(at), Some(question)) => {
            if let Some(place) = questions.get_mut(at) {
                *place = question;
            }
        }
        (Some(at), None) => {
            questions.remove(at);
        }
        (None, Some(question)) => questions.push(question),
        (None, None) => {}
    }
}
