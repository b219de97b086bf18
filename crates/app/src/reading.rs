//! Lessons on their way: what is published is unread for everyone until they have read it.
//!
//! How far a lesson has spread is a number of members, never a list of names.

use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;
use yokoten_model::markdown;
use yokoten_store::Author;
use yokoten_store::reading::ReadMark;

use crate::{Member, Result, Workspace};

/// Where a note of a reader stands: it is a comment on the lesson.
const NOTE_ON: &str = "sections.lessons";

/// How far a lesson has spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Spread {
    /// Whether the person has read it.
    pub read: bool,
    /// How many members have.
    pub readers: u32,
    /// How many members there are; 0 while nobody is listed, then there is nothing to show.
    pub members: u32,
}

/// A published entry that the person has not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Lesson {
    /// The identity.
    pub id: String,
    /// The number as it is shown.
    pub number: String,
    /// The title.
    pub title: String,
    /// 学び, without markup; empty where none was written.
    pub lesson: String,
    /// Which service.
    pub service: String,
    /// How far it has spread.
    pub spread: Spread,
}

/// What is unread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Unread {
    /// How many in all.
    #[ts(type = "number")]
    pub total: usize,
    /// The latest.
    pub lessons: Vec<Lesson>,
}

impl Workspace {
    /// The published entries that the person has not read, last changed first.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn unread(&self, limit: usize) -> Result<Unread> {
        let reader = self.author()?;
        let (total, items) = self.store().unread(&reader, limit)?;
        let mut lessons = Vec::new();
        for item in items {
            let spread = self.spread(&item.id)?;
            let id = self.store().find(&item.id)?;
            let (document, ..) = self.store().read(id)?;
            lessons.push(Lesson {
                lesson: markdown::plain_text(&document.sections.lessons),
                id: item.id,
                number: item.number,
                title: item.title,
                service: item.service,
                spread,
            });
        }
        Ok(Unread { total, lessons })
    }

    /// How far an entry has spread.
    ///
    /// # Errors
    /// [`yokoten_store::Error::NotFound`].
    pub fn spread(&self, reference: &str) -> Result<Spread> {
        let id = self.store().find(reference)?;
        let readers = self.store().readers(id)?;
        let members = self.members()?;
        let has_read = |member: &&Member| {
            readers.iter().any(|reader| (&reader.name, reader.team) == (&member.name, member.team))
        };
        Ok(Spread {
            read: readers.contains(&self.author()?),
            readers: count(members.iter().filter(has_read).count()),
            members: count(members.len()),
        })
    }

    /// Marks an entry as read by the person. One line of 気づき, where there is one, becomes a comment on the lesson.
    ///
    /// # Errors
    /// [`crate::Error::InTrash`] for a note on what was deleted, or as any write.
    pub fn mark_read(&self, reference: &str, note: &str) -> Result<Spread> {
        let id = self.store().find(reference)?;
        let reader = self.author()?;
        let note = note.trim();
        if !note.is_empty() {
            self.leave_note(reference, note)?;
        }
        self.keep_mark(id, reader)?;
        self.spread(reference)
    }

    fn leave_note(&self, reference: &str, note: &str) -> Result<()> {
        let line = note.split_whitespace().collect::<Vec<_>>().join(" ");
        self.comment(reference, NOTE_ON, &line)?;
        Ok(())
    }

    fn keep_mark(&self, entry: Uuid, reader: Author) -> Result<()> {
        let mark = ReadMark { entry, reader, at: self.clock.now() };
        Ok(self.store().add_read_marks(&[mark])?)
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
