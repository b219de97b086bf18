//! Learning by oneself: the question of the day, and what one has answered. It stays in one's own workspace, is handed
//! on to nobody and counted for nobody.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use yokoten_model::book::Question;

use crate::clock::{jst, rfc3339};
use crate::{Error, Result, Workspace};

const KEY: &str = "study";

/// What one has answered to one question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Answer {
    /// The choice's id, or empty where the answer is free.
    pub choice: String,
    /// When (RFC 3339, UTC).
    pub at: String,
}

/// A question with where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct Asked {
    /// The book's id.
    pub book: String,
    /// The chapter's id.
    pub chapter: String,
    /// The chapter's title.
    pub title: String,
    /// The question.
    pub question: Question,
    /// What one has answered, if one has.
    pub answer: Option<Answer>,
}

impl Workspace {
    /// The question of the day (in Japan): the same all day long, another tomorrow, and one that is not answered yet as
    /// long as there is one. `None` while no book asks anything.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn question_of_the_day(&self) -> Result<Option<Asked>> {
        let now = jst(self.clock.now());
        let today = now.format("%Y-%m-%d").to_string();
        let answers = self.study_answers()?;
        let mut all = Vec::new();
        let items = self.store().books()?;
        for item in items {
            let (book, _) = self.read_book(&item.id)?;
            for chapter in book.chapters {
                for question in chapter.parts.think.into_iter().chain(chapter.parts.check) {
                    all.push(Asked {
                        book: book.id.clone(),
                        chapter: chapter.id.clone(),
                        title: chapter.title.clone(),
                        answer: answers.get(&key(&chapter.id, &question.id)).cloned(),
                        question,
                    });
                }
            }
        }
        all.sort_by(|one, other| (&one.chapter, &one.question.id).cmp(&(&other.chapter, &other.question.id)));
        // What was answered today was today's question.
        let open = |asked: &Asked| match asked.answer.as_ref().and_then(|answer| day(&answer.at)) {
            None => true,
            Some(day) => day == today,
        };
        if all.iter().any(open) {
            all.retain(open);
        }
        let digest = |asked: &Asked| {
            blake3::hash(format!("{today}/{}/{}", asked.chapter, asked.question.id).as_bytes()).to_hex()
        };
        Ok(all.into_iter().min_by_key(|asked| digest(asked).to_string()))
    }

    /// Everything that one has answered, by `CHAPTER/QUESTION`.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn study_answers(&self) -> Result<BTreeMap<String, Answer>> {
        let stored = self.store().setting(KEY)?;
        Ok(stored.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// Keeps an answer.
    ///
    /// # Errors
    /// As any write.
    pub fn study_answer(
        &self,
        chapter: &str,
        question: &str,
        choice: &str,
    ) -> Result<BTreeMap<String, Answer>> {
        let mut answers = self.study_answers()?;
        let answer = Answer { choice: choice.to_owned(), at: rfc3339(self.clock.now()) };
        answers.insert(key(chapter, question), answer);
        let text = serde_json::to_string(&answers).map_err(|error| Error::Internal(error.to_string()))?;
        self.store().set_setting(KEY, &text)?;
        Ok(answers)
    }
}

fn key(chapter: &str, question: &str) -> String {
    format!("{chapter}/{question}")
}

/// The day of a moment in Japan.
fn day(at: &str) -> Option<String> {
    let at = chrono::DateTime::parse_from_rfc3339(at).ok()?;
    Some(at.with_timezone(&yokoten_model::JST).format("%Y-%m-%d").to_string())
}
