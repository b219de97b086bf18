//! Comments on a field or a why-node: written, answered, settled. Who wrote it is the name in the settings.

use yokoten_model::postmortem::{Comment, Moment, Reply};
use yokoten_model::review;

use crate::clock::rfc3339;
use crate::entries::next_id;
use crate::{Edited, Error, Result, Workspace};

/// A comment on `on`; `None` where there is nothing to say.
pub(crate) fn new_comment(by: &str, at: Option<Moment>, on: &str, text: &str) -> Option<Comment> {
    let text = text.trim();
    (!text.is_empty()).then(|| Comment {
        id: next_id(),
        on: on.to_owned(),
        by: by.to_owned(),
        at,
        text: text.to_owned(),
        ..Comment::default()
    })
}

impl Workspace {
    /// Comments on a field by its path, or on a why-node, countermeasure or timeline row by its id.
    ///
    /// # Errors
    /// [`yokoten_model::Error::NoPlace`], [`Error::NothingSaid`], or as [`Workspace::edit`].
    pub fn comment(&self, reference: &str, on: &str, text: &str) -> Result<Edited> {
        let comment = new_comment(&self.author()?.name, self.moment(), on, text).ok_or(Error::NothingSaid)?;
        self.rewrite(reference, |postmortem| {
            if !review::is_place(postmortem, on) {
                return Err(yokoten_model::Error::NoPlace { place: on.to_owned() });
            }
            postmortem.comments.push(comment);
            Ok(())
        })
    }

    /// Answers a comment.
    ///
    /// # Errors
    /// [`yokoten_model::Error::NoPlace`] where there is no such comment, [`Error::NothingSaid`], or as
    /// [`Workspace::edit`].
    pub fn reply(&self, reference: &str, comment: &str, text: &str) -> Result<Edited> {
        let text = Some(text.trim().to_owned()).filter(|text| !text.is_empty()).ok_or(Error::NothingSaid)?;
        let reply =
            Reply { id: next_id(), by: self.author()?.name, at: self.moment(), text, ..Reply::default() };
        self.in_comment(reference, comment, |comment| comment.replies.push(reply))
    }

    /// Settles a comment, or opens it again.
    ///
    /// # Errors
    /// As [`Workspace::reply`].
    pub fn resolve(&self, reference: &str, comment: &str, resolved: bool) -> Result<Edited> {
        self.in_comment(reference, comment, |comment| comment.resolved = resolved)
    }

    fn in_comment(&self, reference: &str, id: &str, change: impl FnOnce(&mut Comment)) -> Result<Edited> {
        self.rewrite(reference, |postmortem| {
            let found = postmortem.comments.iter_mut().find(|comment| comment.id == id);
            change(found.ok_or_else(|| yokoten_model::Error::NoPlace { place: id.to_owned() })?);
            Ok(())
        })
    }

    fn moment(&self) -> Option<Moment> {
        Moment::parse(&rfc3339(self.clock.now()))
    }
}
