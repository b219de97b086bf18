-- How often each alert was handled, by month. Rows are only added: two offices merge them as a set, and of the same
-- alert and month the latest stands.
CREATE TABLE alert_count (
  key    TEXT NOT NULL,    -- the alert's name in the compared form
  month  TEXT NOT NULL,    -- YYYY-MM
  at     INTEGER NOT NULL, -- when it was counted, milliseconds since 1970, UTC
  count  INTEGER NOT NULL,
  name   TEXT NOT NULL,    -- by whom, as the settings name them
  team   TEXT NOT NULL,
  source TEXT NOT NULL,    -- manual, or an importer
  alert  TEXT NOT NULL,    -- the name as it was written
  PRIMARY KEY (key, month, at, count, name, team, source)
) WITHOUT ROWID;

-- The day a countermeasure was closed, YYYY-MM-DD. Derived.
ALTER TABLE measure ADD COLUMN closed_on TEXT;
