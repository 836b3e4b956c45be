/** Verdicts, what the owner said about them, digests shown, commitments and runs. */
export const migration002 = `
CREATE TABLE verdicts (
  thread_id INTEGER PRIMARY KEY,
  class TEXT NOT NULL,
  score REAL NOT NULL,
  line TEXT NOT NULL,
  line_item_id INTEGER,
  ignored_as TEXT,
  signals TEXT NOT NULL,
  last_item_id INTEGER,
  item_count INTEGER NOT NULL,
  rules_version TEXT NOT NULL,
  judged_at TEXT NOT NULL
) STRICT;

CREATE TABLE corrections (
  id INTEGER PRIMARY KEY,
  thread_id INTEGER NOT NULL,
  was TEXT NOT NULL,
  is_class TEXT NOT NULL,
  score REAL NOT NULL,
  signals TEXT NOT NULL,
  item_ids TEXT NOT NULL,
  corrected_at TEXT NOT NULL
) STRICT;
CREATE INDEX corrections_thread ON corrections (thread_id);

CREATE TABLE digests (
  id INTEGER PRIMARY KEY,
  since_at TEXT NOT NULL,
  until_at TEXT NOT NULL,
  looked INTEGER NOT NULL,
  entries TEXT NOT NULL,
  shown_at TEXT NOT NULL
) STRICT;

CREATE TABLE commitments (
  id INTEGER PRIMARY KEY,
  thread_id INTEGER NOT NULL,
  item_id INTEGER NOT NULL,
  promised_by TEXT NOT NULL,
  identity_value TEXT NOT NULL,
  what TEXT NOT NULL,
  due_at TEXT,
  state TEXT NOT NULL,
  closed_by_item_id INTEGER,
  owner_state TEXT,
  found_at TEXT NOT NULL,
  UNIQUE (item_id, promised_by, what)
) STRICT;
CREATE INDEX commitments_thread ON commitments (thread_id);

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  outcome TEXT,
  detail TEXT NOT NULL DEFAULT '{}'
) STRICT;
`;
