/** What the owner typed, as the door's own surfaces kept it, and what was searched for. */
export const migration016 = `
CREATE TABLE owner_words (
  id TEXT PRIMARY KEY,
  surface TEXT NOT NULL,
  text TEXT NOT NULL,
  forwarded INTEGER NOT NULL DEFAULT 0 CHECK (forwarded IN (0, 1)),
  run_id TEXT,
  dictated TEXT CHECK (dictated IN ('sent', 'asked')),
  card_id TEXT,
  heard_at TEXT NOT NULL
) STRICT;

CREATE TABLE searches_taken (
  card_id TEXT PRIMARY KEY,
  taken_at TEXT NOT NULL
) STRICT;
`;
