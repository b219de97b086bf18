-- The search index with all tiers of a term in one row, derived: see search/postings.rs.
DROP TABLE posting;
CREATE TABLE posting (
  term  TEXT NOT NULL,
  block INTEGER NOT NULL, -- doc / 16384
  docs  BLOB NOT NULL,
  PRIMARY KEY (term, block)
) WITHOUT ROWID;
