-- What mechanisms an entry speaks of, derived: see search/mechanism.rs.
CREATE TABLE mechanism (
  doc     INTEGER PRIMARY KEY,
  kinds   BLOB NOT NULL, -- two bytes each (little endian), the most telling first
  weights BLOB NOT NULL  -- a byte each, in the same order
);
