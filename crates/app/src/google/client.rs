//! The team's own OAuth client: its id with the workspace, its secret with the secrets.

use serde::Serialize;
use ts_rs::TS;
use yokoten_exchange::http::Secret;

use super::Google;
use crate::{Result, Workspace};

/// The setting that holds the client's id.
const ID: &str = "google.client";

/// As which program one signs in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct GoogleClient {
    /// The client's id; empty where none is set.
    pub id: String,
    /// Whether a secret is kept for it. The secret itself is never told.
    pub has_secret: bool,
    /// The environment says so: what is set here has no effect.
    pub by_environment: bool,
}

impl Workspace {
    /// How Google is reached from here: as the environment says, else as the team's own client.
    ///
    /// # Errors
    /// [`crate::Error::Usage`] for a wrong `YOKOTEN_SECRETS`; where the secret cannot be read.
    pub fn google(&self) -> Result<Google> {
        let mut google = Google::from_environment()?;
        if google.client.id.is_empty() {
            google.client.id = self.kept(ID)?;
            if google.client.secret.is_none() && !google.client.id.is_empty() {
                google.client.secret = google.client_secret()?;
            }
        }
        Ok(google)
    }

    /// The client in force.
    ///
    /// # Errors
    /// As [`Workspace::google`].
    pub fn google_client(&self) -> Result<GoogleClient> {
        let by_environment = !Google::from_environment()?.client.id.is_empty();
        let client = self.google()?.client;
        Ok(GoogleClient { id: client.id, has_secret: client.secret.is_some(), by_environment })
    }

    /// Sets the team's own client. Without a secret the one that is kept for this id stays; an empty id forgets both.
    ///
    /// # Errors
    /// As any write; where the secret cannot be kept, nothing is changed.
    pub fn set_google_client(&self, id: &str, secret: Option<&str>) -> Result<GoogleClient> {
        let mut google = Google::from_environment()?;
        let before: String = self.kept(ID)?;
        let id = id.trim();
        if let Some(secret) = secret.map(str::trim).filter(|secret| !secret.is_empty() && !id.is_empty()) {
            id.clone_into(&mut google.client.id);
            google.secrets_of(&account(id)).save(&Secret::new(secret))?;
        }
        self.keep(ID, &id)?;
        if before != id && !before.is_empty() {
            google.secrets_of(&account(&before)).delete()?;
        }
        self.google_client()
    }
}

impl Google {
    fn client_secret(&self) -> Result<Option<Secret>> {
        Ok(self.secrets_of(&account(&self.client.id)).load()?)
    }
}

/// A secret belongs to its client: two workspaces may have different ones.
fn account(id: &str) -> String {
    format!("google.client.{id}")
}
