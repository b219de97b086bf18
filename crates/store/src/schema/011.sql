-- Of what an entry tells, a vector beside the kinds. See search/mechanism.rs.
DROP TABLE mechanism;
CREATE TABLE mechanism (
  doc     INTEGER PRIMARY KEY,
  kinds   BLOB NOT NULL, -- two bytes each (little endian), the most telling first
  weights BLOB NOT NULL, -- a byte each, in the same order
  vector  BLOB NOT NULL  -- a byte each
);
