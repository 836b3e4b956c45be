/** What the model was asked, what it cost, and what the owner allows. */
export const migration012 = `
CREATE TABLE model_calls (
  id TEXT PRIMARY KEY,
  run_id TEXT,
  at TEXT NOT NULL,
  role TEXT NOT NULL,
  purpose TEXT NOT NULL,
  model TEXT NOT NULL,
  request_sha256 TEXT NOT NULL,
  prefix_sha256 TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('reserved', 'settled')),
  counted_micros INTEGER NOT NULL,
  cost_micros INTEGER,
  input_tokens INTEGER,
  cache_write_tokens INTEGER,
  cache_read_tokens INTEGER,
  output_tokens INTEGER,
  stop TEXT,
  ms INTEGER,
  error TEXT,
  request TEXT,
  reply TEXT
) STRICT;
CREATE INDEX model_calls_by_run ON model_calls (run_id, at) WHERE run_id IS NOT NULL;
CREATE INDEX model_calls_by_time ON model_calls (at, state, counted_micros);

CREATE TABLE budget_grants (
  id INTEGER PRIMARY KEY,
  micros INTEGER NOT NULL,
  granted_at TEXT NOT NULL
) STRICT;

CREATE TABLE model_caps (
  base_url TEXT NOT NULL,
  model TEXT NOT NULL,
  caps TEXT NOT NULL,
  probed_at TEXT NOT NULL,
  PRIMARY KEY (base_url, model)
) STRICT;
`;
