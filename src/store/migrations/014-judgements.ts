/** What a model said of threads and of promises in items, and how its last pass went. */
export const migration014 = `
CREATE TABLE judgements (
  thread_id INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  class TEXT NOT NULL,
  urgency INTEGER NOT NULL,
  line TEXT,
  alone INTEGER NOT NULL,
  model TEXT NOT NULL,
  call_id TEXT NOT NULL,
  judged_at TEXT NOT NULL
) STRICT;

CREATE TABLE promise_readings (
  item_id INTEGER PRIMARY KEY,
  model TEXT NOT NULL,
  call_id TEXT NOT NULL,
  read_at TEXT NOT NULL
) STRICT;

CREATE TABLE model_promises (
  item_id INTEGER PRIMARY KEY REFERENCES promise_readings (item_id),
  quote TEXT NOT NULL,
  due_on TEXT
) STRICT;

CREATE TABLE judging_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  problem TEXT,
  ended_at TEXT NOT NULL
) STRICT;
ALTER TABLE commitments ADD COLUMN source TEXT NOT NULL DEFAULT 'rules';
`;
