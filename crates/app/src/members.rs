//! The members of the workspace: a list that people keep in the settings.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use yokoten_model::postmortem::Team;

use crate::{Result, Workspace};

/// One member. A person is known by both, as their changes are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Member {
    /// Name, as in that person's settings.
    pub name: String,
    /// Team, likewise.
    pub team: Option<Team>,
}

const KEY: &str = "members";

impl Workspace {
    /// The members, in the order in which they were listed.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn members(&self) -> Result<Vec<Member>> {
        self.kept(KEY)
    }

    /// Changes the list. Names are trimmed; those without one, and repetitions, are left out.
    ///
    /// # Errors
    /// As any write.
    pub fn set_members(&self, members: Vec<Member>) -> Result<Vec<Member>> {
        let mut kept: Vec<Member> = Vec::new();
        for Member { name, team } in members {
            let member = Member { name: name.trim().to_owned(), team };
            if !member.name.is_empty() && !kept.contains(&member) {
                kept.push(member);
            }
        }
        self.keep(KEY, &kept)?;
        Ok(kept)
    }
}
