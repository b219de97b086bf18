-- All texts of an entry in one row, without markup, derived: what search reads. See passages.rs.
DROP TABLE passage;
CREATE TABLE passage (
  doc    INTEGER PRIMARY KEY REFERENCES doc,
  fields BLOB NOT NULL, -- of each text its field's number and how many bytes it has
  text   TEXT NOT NULL  -- the texts, one behind the other
);
