//! Where a person was writing, so that the next window opens there.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Entry, Error, Result, Workspace};

const KEY: &str = "place";

/// A place in an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LastPlace {
    /// The entry's identity.
    pub id: String,
    /// The field that held the cursor, as the window names it.
    pub field: Option<String>,
}

/// The entry that was being written when the window was last open.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Resumed {
    /// The entry as it stands now.
    pub entry: Entry,
    /// The field that held the cursor.
    pub field: Option<String>,
}

impl Workspace {
    /// Remembers where the person writes; `None` where they left the writing.
    ///
    /// # Errors
    /// As any write.
    pub fn remember_place(&self, place: Option<&LastPlace>) -> Result<()> {
        let text = serde_json::to_string(&place).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(self.store().set_setting(KEY, &text)?)
    }

    /// Where the person was writing: nothing where they had left it, or where the entry is not among the entries any
    /// more.
    pub(crate) fn resumed(&self) -> Option<Resumed> {
        // A place that cannot be read is not worth refusing a workspace for.
        let stored = self.store().setting(KEY).ok()??;
        let LastPlace { id, field } = serde_json::from_str::<Option<LastPlace>>(&stored).ok()??;
        let entry = self.show(&id).ok()?;
        entry.deleted_at.is_none().then_some(Resumed { entry, field })
    }
}
