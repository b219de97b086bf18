//! The runbook beside what happened.

use serde::Serialize;
use yokoten_model::postmortem::RunbookStep;
use yokoten_model::runbook::{self, Divergence};

use crate::entries::next_id;
use crate::{Result, Workspace};

/// The runbook's steps of an entry, and where the handling left them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunbookView {
    /// The steps.
    pub steps: Vec<RunbookStep>,
    /// The first divergence; `None` where the timeline shows none.
    pub divergence: Option<Divergence>,
}

impl Workspace {
    /// The steps of an entry's runbook, and where the handling left them for the first time.
    ///
    /// # Errors
    /// [`yokoten_store::Error::NotFound`].
    pub fn runbook(&self, reference: &str) -> Result<RunbookView> {
        let document = self.show(reference)?.document;
        let divergence = runbook::first_divergence(&document);
        Ok(RunbookView { steps: document.runbook.steps, divergence })
    }

    /// Takes the steps from a pasted text. A step whose words are there already keeps its id, and so its ties to the
    /// timeline.
    ///
    /// # Errors
    /// As any write.
    pub fn set_runbook(&self, reference: &str, text: &str) -> Result<RunbookView> {
        self.rewrite(reference, |postmortem| {
            let mut before = std::mem::take(&mut postmortem.runbook.steps);
            let kept = |text: String| match before.iter().position(|step| step.text == text) {
                Some(index) => before.remove(index),
                None => RunbookStep { id: next_id(), text, ..RunbookStep::default() },
            };
            postmortem.runbook.steps = runbook::steps(text).into_iter().map(kept).collect();
            Ok(())
        })?;
        self.runbook(reference)
    }
}
