//! The template is the team's: read from the workspace, changed by version, and old entries keep theirs.

use std::sync::PoisonError;

use serde::Serialize;
use ts_rs::TS;
use yokoten_model::postmortem::Postmortem;
use yokoten_model::template::Template;
use yokoten_store::templates;

use crate::{Edited, Lang, Problem, Result, Workspace};

/// The template as it is edited.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct TemplateText {
    /// The TOML.
    pub text: String,
    /// What it says; of a text that cannot be read the template that stays in force.
    pub template: Template,
    /// Why the text cannot be read.
    pub problem: Option<Problem>,
}

impl Workspace {
    /// The template in force: the workspace's own, else the built-in one.
    ///
    /// # Errors
    /// [`yokoten_model::Error::Template`] where a person's edit of the file broke it, or where it cannot be read.
    fn own_template(&self) -> Result<Template> {
        let text = self.store().template()?;
        text.map_or_else(|| Ok(Template::builtin()), |text| self.parsed(text))
    }

    /// The template in force. A file that cannot be read keeps nobody from writing: the newest version that is kept
    /// stands in for it, and [`Workspace::template_text`] says what is wrong.
    pub(crate) fn template(&self) -> Template {
        self.own_template().unwrap_or_else(|_| self.newest_kept().unwrap_or_else(Template::builtin))
    }

    fn newest_kept(&self) -> Option<Template> {
        let kept = templates::versions(&self.folder()).into_iter();
        kept.filter_map(|reference| self.version(&reference)).max_by_key(|template| template.version)
    }

    /// A version that is kept here, or the built-in one.
    fn version(&self, reference: &str) -> Option<Template> {
        let builtin = Template::builtin();
        if builtin.reference() == reference {
            return Some(builtin);
        }
        let text = self.store().template_version(reference).ok().flatten()?;
        self.parsed(text).ok()
    }

    /// What a text says as a template. The last ones are kept: reading the file tells whether it has changed, in a
    /// hundredth of the time that parsing takes.
    fn parsed(&self, text: String) -> Result<Template> {
        const KEPT: usize = 4;
        let mut kept = self.templates.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, template)) = kept.iter().find(|(known, _)| *known == text) {
            return Ok(template.clone());
        }
        let template = Template::from_toml(&text)?;
        kept.truncate(KEPT - 1);
        kept.insert(0, (text, template.clone()));
        Ok(template)
    }

    /// The template that an entry was written with; the one in force where that version never came here.
    pub(crate) fn template_of(&self, document: &Postmortem) -> Template {
        let present = self.template();
        if present.reference() == document.template {
            return present;
        }
        self.version(&document.template).unwrap_or(present)
    }

    /// The template's text, to be edited, and what is wrong with it.
    ///
    /// # Errors
    /// Where the file cannot be read at all.
    pub fn template_text(&self, lang: Lang) -> Result<TemplateText> {
        let text = self.store().template()?.unwrap_or_else(|| Template::builtin_text().to_owned());
        let problem = self.own_template().err().map(|error| error.problem(lang));
        Ok(TemplateText { text, template: self.template(), problem })
    }

    /// What a text says as a template; nothing is changed.
    ///
    /// # Errors
    /// [`yokoten_model::Error::Template`] with the line.
    pub fn check_template(&self, text: &str) -> Result<Template> {
        Ok(Template::from_toml(text)?)
    }

    /// Puts a template in force. Where its version was given out with other words, it gets the next one: what entries
    /// were written with never changes.
    ///
    /// # Errors
    /// [`yokoten_model::Error::Template`] with the line, or as any write.
    pub fn set_template(&self, text: &str) -> Result<TemplateText> {
        let mut text = text.to_owned();
        let mut template = Template::from_toml(&text)?;
        let present = self.template();
        let changed = self.version(&template.reference()).or((present.id == template.id).then_some(present));
        if changed.is_some_and(|given| given != template && given.version >= template.version) {
            let next = self.last_version(&template.id) + 1;
            text = with_version(&text, next);
            template = Template::from_toml(&text)?;
        }
        let store = self.store();
        store.keep_template_version(&template.reference(), &text)?;
        store.set_template(&text)?;
        drop(store);
        self.name_what_is_searched();
        Ok(TemplateText { text, template, problem: None })
    }

    /// Whether a version that comes with entries of another office is to be kept; one that is here already stays as
    /// it is.
    ///
    /// # Errors
    /// [`yokoten_model::Error::Template`], [`yokoten_store::Error::Damaged`] for a text that is of another version.
    pub(crate) fn wants_template(&self, reference: &str, text: &str) -> Result<bool> {
        if self.version(reference).is_some() {
            return Ok(false);
        }
        let found = Template::from_toml(text)?.reference();
        if found != reference {
            let reason = format!("`{reference}` holds `{found}`");
            return Err(yokoten_store::Error::Damaged { reason }.into());
        }
        Ok(true)
    }

    /// The last version of an id that was given out here.
    fn last_version(&self, id: &str) -> u32 {
        let kept = templates::versions(&self.folder());
        let of = |reference: &String| {
            let (own, version) = reference.split_once('@')?;
            (own == id).then(|| version.parse::<u32>().ok())?
        };
        let builtin = Template::builtin();
        let builtin = if builtin.id == id { builtin.version } else { 0 };
        kept.iter().filter_map(of).max().unwrap_or(0).max(builtin)
    }

    /// Moves an entry to the template in force.
    ///
    /// # Errors
    /// As [`Workspace::edit`].
    pub fn move_to_template(&self, reference: &str) -> Result<Edited> {
        let present = self.template().reference();
        self.rewrite(reference, |postmortem| {
            postmortem.template = present;
            Ok(())
        })
    }
}

/// The text with another version; it stands before the first table.
fn with_version(text: &str, version: u32) -> String {
    let mut done = false;
    let lines = text.split_inclusive('\n').map(|line| {
        if !done && line.split('=').next().is_some_and(|key| key.trim() == "version") {
            done = true;
            format!("version = {version}\n")
        } else {
            line.to_owned()
        }
    });
    lines.collect()
}
