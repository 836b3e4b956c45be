/** Runs, what happened in them in order, and what their tools said where that is long. Events are never changed. */
export const migration013 = `
-- The table of that name in 002 was never written to.
DROP TABLE runs;
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  parent_id TEXT REFERENCES runs (id),
  job TEXT NOT NULL,
  state TEXT NOT NULL,
  text TEXT NOT NULL,
  surface TEXT NOT NULL,
  limits TEXT NOT NULL,
  prefix_sha256 TEXT,
  outcome TEXT NOT NULL DEFAULT '',
  question TEXT,
  limited_by TEXT,
  error TEXT,
  calls INTEGER NOT NULL DEFAULT 0,
  input_tokens INTEGER NOT NULL DEFAULT 0,
  cache_write_tokens INTEGER NOT NULL DEFAULT 0,
  cache_read_tokens INTEGER NOT NULL DEFAULT 0,
  output_tokens INTEGER NOT NULL DEFAULT 0,
  cost_usd REAL NOT NULL DEFAULT 0,
  owner TEXT,
  until_at TEXT,
  cancel_asked_at TEXT,
  made_at TEXT NOT NULL,
  started_at TEXT,
  ended_at TEXT
) STRICT;
CREATE INDEX runs_by_time ON runs (made_at);
CREATE INDEX runs_unfinished ON runs (state, made_at) WHERE state IN ('queued', 'running');

CREATE TABLE run_events (
  run_id TEXT NOT NULL REFERENCES runs (id),
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER run_events_never_change BEFORE UPDATE ON run_events BEGIN SELECT RAISE(ABORT, 'what happened in a run only grows'); END;
CREATE TRIGGER run_events_never_shrink BEFORE DELETE ON run_events BEGIN SELECT RAISE(ABORT, 'what happened in a run only grows'); END;

CREATE TABLE run_results (
  run_id TEXT NOT NULL REFERENCES runs (id),
  key TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (run_id, key)
) STRICT;
`;
