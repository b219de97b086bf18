-- Derived.

-- Books: documents of the log, like entries.
CREATE TABLE book (
  doc        INTEGER PRIMARY KEY REFERENCES doc,
  uuid       TEXT NOT NULL UNIQUE,
  title      TEXT NOT NULL,
  chapters   INTEGER NOT NULL,
  created    INTEGER NOT NULL,
  updated    INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  changes    INTEGER NOT NULL, -- how many the log holds: a damaged index must not hide one
  deleted_at TEXT
);
