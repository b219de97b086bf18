-- The truth: an append-only log of changes. Everything below "derived" can be rebuilt from it.
-- Times are milliseconds since 1970 in UTC. Hashes are BLAKE3, 32 bytes.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE replica (id INTEGER PRIMARY KEY, uuid BLOB NOT NULL UNIQUE);
CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL, team TEXT NOT NULL, UNIQUE (name, team));
CREATE TABLE doc (id INTEGER PRIMARY KEY, uuid BLOB NOT NULL UNIQUE);

CREATE TABLE change (
  seq         INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of arrival in this workspace
  replica     INTEGER NOT NULL REFERENCES replica,
  replica_seq INTEGER NOT NULL,                  -- the order of writing in the replica that wrote it
  doc         INTEGER NOT NULL REFERENCES doc,
  author      INTEGER NOT NULL REFERENCES author,
  at          INTEGER NOT NULL,
  fields      TEXT NOT NULL,                     -- what changed, such as `title,sections.problem`
  hash        BLOB NOT NULL,                     -- over the whole row, see `log::Change::hash`
  body        BLOB NOT NULL                      -- one Loro update
);
CREATE INDEX change_doc ON change (doc, seq);
-- Not unique: a workspace that was copied with its folder numbers on as the same replica, and both are right.
CREATE INDEX change_place ON change (replica, replica_seq);
CREATE TRIGGER change_is_never_edited BEFORE UPDATE ON change
BEGIN SELECT raise(ABORT, 'the change log is never edited'); END;
CREATE TRIGGER change_is_never_removed BEFORE DELETE ON change
BEGIN SELECT raise(ABORT, 'the change log is never trimmed'); END;

-- A document with its full history up to a change, so that opening need not replay all of it.
CREATE TABLE snapshot (
  doc     INTEGER PRIMARY KEY REFERENCES doc,
  seq     INTEGER NOT NULL,
  changes INTEGER NOT NULL, -- how many changes it holds
  hash    BLOB NOT NULL,
  body    BLOB NOT NULL
);

-- Bytes that were refused: kept, never dropped.
CREATE TABLE quarantine (
  id     INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  origin TEXT NOT NULL,
  reason TEXT NOT NULL,
  body   BLOB NOT NULL
);

-- Derived.

CREATE TABLE postmortem (
  doc                 INTEGER PRIMARY KEY REFERENCES doc,
  uuid                TEXT NOT NULL UNIQUE,
  serial              INTEGER NOT NULL, -- of the number in the document
  copy                INTEGER NOT NULL,
  number              TEXT NOT NULL,    -- as shown, unique
  title               TEXT NOT NULL,
  status              TEXT NOT NULL,
  defect              INTEGER NOT NULL,
  occurred_at         TEXT,
  customer            TEXT NOT NULL,
  service             TEXT NOT NULL,
  alert               TEXT NOT NULL,
  occurrence_category TEXT,
  escape_category     TEXT,
  open_points         INTEGER NOT NULL,
  created             INTEGER NOT NULL,
  updated             INTEGER NOT NULL,
  updated_by          TEXT NOT NULL,
  changes             INTEGER NOT NULL, -- how many the log holds: a damaged index must not hide one
  deleted_at          TEXT
);
CREATE INDEX postmortem_number ON postmortem (serial);
CREATE INDEX postmortem_shown ON postmortem (number);
CREATE INDEX postmortem_updated ON postmortem (updated DESC, doc DESC) WHERE deleted_at IS NULL;

-- The text of each field, without markup: what search reads.
CREATE TABLE passage (
  doc   INTEGER NOT NULL REFERENCES doc,
  field TEXT NOT NULL,
  text  TEXT NOT NULL,
  PRIMARY KEY (doc, field)
) WITHOUT ROWID;

-- What the workspace's own entries offer for completion: customers, services, alerts, runbooks, owners, tags.
CREATE TABLE term (
  doc    INTEGER NOT NULL REFERENCES doc,
  kind   TEXT NOT NULL,
  value  TEXT NOT NULL,
  detail TEXT NOT NULL, -- of a runbook its URL
  PRIMARY KEY (doc, kind, value)
) WITHOUT ROWID;
CREATE INDEX term_value ON term (kind, value, detail);
