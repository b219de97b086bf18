-- The search index with all tiers of a term in one row, derived: see search/postings.rs.
DROP TABLE posting;
CREATE TABLE posting (
  term TEXT NOT NULL,
  part INTEGER NOT NULL, -- doc / 2048, of the row's first document
  docs BLOB NOT NULL,
  PRIMARY KEY (term, part)
) WITHOUT ROWID;
