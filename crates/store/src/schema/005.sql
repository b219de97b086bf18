-- Derived.

-- The teams whose review an entry waits for.
CREATE TABLE awaiting (
  doc   INTEGER NOT NULL REFERENCES doc,
  team  TEXT NOT NULL,
  asked INTEGER NOT NULL, -- that team has asked for changes
  PRIMARY KEY (doc, team)
) WITHOUT ROWID;
