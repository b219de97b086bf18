//! What a person chose: kept in the workspace.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use yokoten_model::postmortem::Team;
use yokoten_store::Author;

use crate::{Error, Lang, Result, Workspace};

/// The settings of the person who uses this workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    /// Name, written into each change.
    pub name: String,
    /// Team, likewise.
    pub team: Option<Team>,
    /// Language of the window and of messages.
    pub language: Lang,
    /// Light, dark, or as the system.
    pub theme: Theme,
    /// Text size in percent.
    pub text_size: u16,
    /// Whether single letters act outside text fields.
    pub single_keys: bool,
    /// Whether the first screen was passed.
    pub skip_welcome: bool,
}

/// Light, dark, or as the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: String::new(),
            team: None,
            language: Lang::Ja,
            theme: Theme::System,
            text_size: 100,
            single_keys: true,
            skip_welcome: false,
        }
    }
}

const KEY: &str = "person";

impl Workspace {
    /// The settings.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn settings(&self) -> Result<Settings> {
        self.kept(KEY)
    }

    /// Changes the settings.
    ///
    /// # Errors
    /// As any write.
    pub fn set_settings(&self, settings: &Settings) -> Result<Settings> {
        let mut settings = settings.clone();
        settings.text_size = settings.text_size.clamp(80, 200);
        self.keep(KEY, &settings)?;
        Ok(settings)
    }

    /// What the workspace keeps under a key, or the default.
    pub(crate) fn kept<T: DeserializeOwned + Default>(&self, key: &str) -> Result<T> {
        let stored = self.store().setting(key)?;
        // Settings that cannot be read are not worth refusing a workspace for.
        Ok(stored.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    pub(crate) fn keep<T: Serialize>(&self, key: &str, value: &T) -> Result<()> {
        let text = serde_json::to_string(value).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(self.store().set_setting(key, &text)?)
    }

    /// Who writes: the name in the settings, else the system's user.
    pub(crate) fn author(&self) -> Result<Author> {
        let settings = self.settings()?;
        let name = Some(settings.name.trim().to_owned()).filter(|name| !name.is_empty());
        let user = || std::env::var("USER").or_else(|_| std::env::var("USERNAME")).unwrap_or_default();
        Ok(Author { name: name.unwrap_or_else(user), team: settings.team })
    }
}
