-- Texts are stored as a search looks through them, with what tells how they were written. See passages.rs.
DROP TABLE passage;
CREATE TABLE passage (
  doc     INTEGER PRIMARY KEY REFERENCES doc,
  folded  BLOB NOT NULL, -- the texts in their folded form, in a code of few bytes
  fields  BLOB NOT NULL, -- of each text its field's number and how many bytes it has in the others
  written BLOB NOT NULL  -- how each was written
);
