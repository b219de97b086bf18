-- The search index, derived: see search/postings.rs. A term is a character, a pair, or a word of one script.
CREATE TABLE posting (
  term  TEXT NOT NULL,
  tier  INTEGER NOT NULL, -- 0 title, 1 causes and lessons, 2 the rest
  block INTEGER NOT NULL, -- doc / 4096
  docs  BLOB NOT NULL,
  PRIMARY KEY (term, tier, block)
) WITHOUT ROWID;

-- Every word that was ever indexed, in the order of arrival: the vocabulary that a search holds in memory.
CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
