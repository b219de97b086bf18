-- Who has read what. Rows are only added: two offices merge them as a set, and the earlier time stays.

CREATE TABLE read_mark (
  uuid TEXT NOT NULL,    -- the entry
  name TEXT NOT NULL,    -- the person, as the settings name them
  team TEXT NOT NULL,
  at   INTEGER NOT NULL, -- milliseconds since 1970, UTC
  PRIMARY KEY (uuid, name, team)
) WITHOUT ROWID;

-- Derived.

-- The countermeasures of all entries.
CREATE TABLE measure (
  doc         INTEGER NOT NULL REFERENCES doc,
  place       INTEGER NOT NULL, -- in the entry
  id          TEXT NOT NULL,
  side        TEXT NOT NULL,
  term        TEXT NOT NULL,
  text        TEXT NOT NULL,
  owner       TEXT NOT NULL,
  due         TEXT,             -- YYYY-MM-DD
  state       TEXT NOT NULL,
  link        TEXT NOT NULL,
  method      TEXT,
  strength    INTEGER,
  stands_in   INTEGER NOT NULL, -- an interim one that nothing permanent has replaced
  verdict     TEXT NOT NULL,
  counted     TEXT NOT NULL,    -- what is counted
  denominator TEXT NOT NULL,
  check_on    TEXT,
  judge       TEXT NOT NULL,
  note        TEXT NOT NULL,
  PRIMARY KEY (doc, place)
) WITHOUT ROWID;
CREATE INDEX measure_due ON measure (state, due);
CREATE INDEX measure_verdict ON measure (verdict, state);

-- Where a defect arose, each part in one form: what a recurrence is known by.
CREATE TABLE site (
  doc     INTEGER PRIMARY KEY REFERENCES doc,
  runbook TEXT NOT NULL,
  step    TEXT NOT NULL,
  alert   TEXT NOT NULL
);
CREATE INDEX site_step ON site (step);
