//! Small values that belong to the workspace, by key.

use rusqlite::{Connection, OptionalExtension, params};

use crate::store::begin;
use crate::{Result, Store};

impl Store {
    /// A value, if it was set.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn setting(&self, key: &str) -> Result<Option<String>> {
        read(&self.connection, key)
    }

    /// Sets a value.
    ///
    /// # Errors
    /// As [`Store::edit`].
    pub fn set_setting(&mut self, key: &str, value: &str) -> Result<()> {
        let transaction = begin(&mut self.connection)?;
        transaction.execute(
            "INSERT INTO meta (key, value) VALUES ('setting.' || ?1, ?2)
             ON CONFLICT DO UPDATE SET value = excluded.value",
            params![key, value],
        )?;
        transaction.commit()?;
        Ok(())
    }
}

pub(crate) fn read(connection: &Connection, key: &str) -> Result<Option<String>> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE key = 'setting.' || ?1")?;
    Ok(statement.query_row([key], |row| row.get(0)).optional()?)
}
