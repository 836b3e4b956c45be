/** Skills and memory as the owner last accepted them, and what was proposed since. */
export const migration015 = `
CREATE TABLE accepted_skills (
  name TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL,
  content TEXT NOT NULL,
  accepted_at TEXT NOT NULL
) STRICT;
CREATE TABLE memory_notes (
  name TEXT PRIMARY KEY,
  made_key TEXT UNIQUE,
  made_from TEXT NOT NULL CHECK (made_from IN ('words', 'yes', 'consolidation')),
  item_ids TEXT NOT NULL,
  made_at TEXT NOT NULL
) STRICT;
CREATE TABLE memory_proposals (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  made_key TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL,
  quote TEXT NOT NULL,
  item_ids TEXT NOT NULL,
  why TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'accepted', 'rejected')),
  made_at TEXT NOT NULL,
  decided_at TEXT
) STRICT;
CREATE INDEX memory_proposals_state ON memory_proposals (state, number);
CREATE TABLE consolidations (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('same', 'failed', 'waiting', 'accepted', 'rejected')),
  base_sha256 TEXT NOT NULL,
  candidate TEXT NOT NULL,
  made_at TEXT NOT NULL,
  decided_at TEXT
) STRICT;
CREATE INDEX consolidations_at ON consolidations (made_at);
`;
