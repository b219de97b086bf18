//! Advice: on an entry, on a text, on many texts at once.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;
use yokoten_model::Postmortem;
use yokoten_model::guidance::{Advice, Chain, Coach, Field, Hinted, Proposal, read_back};
use yokoten_model::template::Template;

use crate::{Error, Lang, Result, Workspace};

/// What there is to say about an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Advised {
    /// Questions, in the order of the document.
    pub advice: Vec<Hinted>,
    /// Each why-tree read backwards, a sentence for each root cause.
    pub chains: Vec<Chain>,
    /// What each countermeasure's text speaks for, by its id.
    pub proposals: BTreeMap<String, Proposal>,
}

/// The advice on one line of a batch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LineAdvice {
    /// The line's own id.
    pub id: Value,
    /// The advice.
    pub advice: Vec<Advice>,
}

#[derive(Deserialize)]
struct Line {
    id: Value,
    field: String,
    text: String,
}

impl Workspace {
    /// Advice on a document as it stands on a screen, stored or not.
    #[must_use]
    pub fn advise_document(&self, document: &Postmortem, lang: Lang) -> Advised {
        let coach = self.coach(self.template_of(document));
        let proposals = document.countermeasures.iter().filter_map(|measure| {
            Some((measure.id.clone(), coach.propose_strength(&measure.text, measure.side)?))
        });
        Advised {
            advice: coach.review(document, lang.as_str()),
            chains: read_back(document, lang.as_str()),
            proposals: proposals.collect(),
        }
    }

    /// Advice on an entry.
    ///
    /// # Errors
    /// There is no such entry, or the store fails.
    pub fn advise(&self, id: &str, lang: Lang) -> Result<Advised> {
        Ok(self.advise_document(&self.show(id)?.document, lang))
    }

    /// Advice on a text that belongs into a field.
    ///
    /// # Errors
    /// [`Error::NoField`] where there is no such field.
    pub fn advise_text(&self, field: &str, text: &str, lang: Lang) -> Result<Vec<Advice>> {
        let field = Field::named(field).ok_or_else(|| Error::NoField(field.to_owned()))?;
        Ok(self.coach(self.template()).advise(field, text, lang.as_str()))
    }

    /// The coach that knows a template's words. A team's own is kept from one keystroke to the next: its patterns take
    /// longer to make than a text to read. A template without any hint speaks with the built-in ones.
    fn coach(&self, template: Template) -> Arc<Coach> {
        let mut kept = self.coach.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some((known, coach)) if *known == template => Arc::clone(coach),
            _ => {
                let builtin = Template::builtin();
                let words = if template.guidance.is_empty() { &builtin } else { &template };
                let coach = Arc::new(Coach::new(words));
                *kept = Some((template, Arc::clone(&coach)));
                coach
            }
        }
    }

    /// Advice on each line of `{"id", "field", "text"}`; empty lines are passed over.
    ///
    /// # Errors
    /// [`Error::Line`] with the number of the first line that is no such object or names no field.
    pub fn advise_batch(&self, lines: &[u8], lang: Lang) -> Result<Vec<LineAdvice>> {
        let coach = self.coach(self.template());
        let mut advised = Vec::new();
        for (index, line) in lines.split(|byte| *byte == b'\n').enumerate() {
            if line.trim_ascii().is_empty() {
                continue;
            }
            let refuse = |reason: String| Error::Line { line: index + 1, reason };
            let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
            let Line { id, field, text } =
                serde_json::from_slice(line).map_err(|error| refuse(error.to_string()))?;
            let field = Field::named(&field).ok_or_else(|| refuse(format!("field `{field}`")))?;
            advised.push(LineAdvice { id, advice: coach.advise(field, &text, lang.as_str()) });
        }
        Ok(advised)
    }
}
