/**
 * The door: what may be done, what was proposed, the cards with every revision, what the owner decided, what was tried, the
 * ledger of all of it, and the latch that stops everything. The ledger can only grow.
 */
export const migration008 = `
CREATE TABLE actions (
  name TEXT PRIMARY KEY,
  tier TEXT NOT NULL,
  description TEXT NOT NULL,
  ask_schema TEXT NOT NULL
) STRICT;

CREATE TABLE proposals (
  id TEXT PRIMARY KEY,
  bundle_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  after_id TEXT,
  action TEXT NOT NULL,
  account TEXT,
  ask TEXT NOT NULL,
  origin TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'taken', 'refused')),
  refusal TEXT,
  card_id TEXT,
  redraft_of TEXT,
  proposed_at TEXT NOT NULL
) STRICT;
CREATE INDEX proposals_waiting ON proposals (state, proposed_at) WHERE state = 'waiting';

CREATE TABLE cards (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  bundle_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  after_card_id TEXT REFERENCES cards (id),
  action TEXT NOT NULL,
  account TEXT NOT NULL,
  source_id TEXT,
  state TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  revision INTEGER NOT NULL,
  origin TEXT NOT NULL,
  target TEXT NOT NULL,
  thread_id INTEGER,
  thread_mark INTEGER,
  created_at TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  later_until TEXT,
  send_at TEXT,
  undone_at TEXT,
  marked_done_at TEXT
) STRICT;
CREATE INDEX cards_by_state ON cards (state, created_at);
CREATE INDEX cards_by_bundle ON cards (bundle_id, position);
CREATE INDEX cards_by_target ON cards (target);
CREATE INDEX cards_by_thread ON cards (thread_id);

CREATE TABLE card_revisions (
  card_id TEXT NOT NULL REFERENCES cards (id),
  revision INTEGER NOT NULL,
  content TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  preview TEXT NOT NULL,
  facts TEXT NOT NULL,
  verdict TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at TEXT NOT NULL,
  PRIMARY KEY (card_id, revision)
) STRICT;

CREATE TABLE decisions (
  id TEXT PRIMARY KEY,
  card_id TEXT NOT NULL REFERENCES cards (id),
  revision INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  kind TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  decided_by TEXT NOT NULL,
  decided_at TEXT NOT NULL
) STRICT;
CREATE INDEX decisions_by_card ON decisions (card_id, decided_at);
CREATE UNIQUE INDEX one_yes_a_revision ON decisions (card_id, revision) WHERE kind IN ('approve', 'dictated', 'policy');

CREATE TABLE attempts (
  id TEXT PRIMARY KEY,
  card_id TEXT NOT NULL REFERENCES cards (id),
  revision INTEGER NOT NULL,
  number INTEGER NOT NULL,
  decision_id TEXT NOT NULL REFERENCES decisions (id),
  idempotency_key TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('prepared', 'committing', 'done', 'failed', 'not_done', 'unknown')),
  handle TEXT,
  result TEXT,
  error TEXT NOT NULL DEFAULT '',
  requests TEXT NOT NULL DEFAULT '[]',
  ask_again_at TEXT,
  checks INTEGER NOT NULL DEFAULT 0,
  started_at TEXT NOT NULL,
  committed_at TEXT,
  ended_at TEXT,
  UNIQUE (card_id, revision, number)
) STRICT;
CREATE UNIQUE INDEX one_attempt_at_a_time ON attempts (card_id) WHERE state IN ('prepared', 'committing');

CREATE TABLE cap_grants (
  id INTEGER PRIMARY KEY,
  cap TEXT NOT NULL,
  more INTEGER NOT NULL,
  granted_at TEXT NOT NULL
) STRICT;

CREATE TABLE effects (
  id INTEGER PRIMARY KEY,
  card_id TEXT NOT NULL,
  tier TEXT NOT NULL,
  address TEXT,
  at TEXT NOT NULL
) STRICT;
CREATE INDEX effects_by_time ON effects (at);
CREATE INDEX effects_by_address ON effects (address, at);

CREATE TABLE ledger (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  card_id TEXT,
  body TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX ledger_by_card ON ledger (card_id, seq);
CREATE TRIGGER ledger_never_changes BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER ledger_never_shrinks BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;

CREATE TABLE stop_latch (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  stopped_at TEXT NOT NULL,
  surface TEXT NOT NULL,
  why TEXT NOT NULL
) STRICT;

CREATE TABLE kept_files (
  sha256 TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  bytes BLOB NOT NULL,
  kept_at TEXT NOT NULL
) STRICT;

CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'taken', 'done', 'failed')),
  answer TEXT,
  made_at TEXT NOT NULL,
  ended_at TEXT
) STRICT;
CREATE INDEX jobs_waiting ON jobs (state, made_at) WHERE state IN ('waiting', 'taken');

CREATE TABLE notices (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('push', 'show')),
  text TEXT NOT NULL,
  card_id TEXT,
  thread_id INTEGER,
  at TEXT NOT NULL,
  pushed_at TEXT,
  seen_at TEXT
) STRICT;
CREATE INDEX notices_unpushed ON notices (pushed_at, at) WHERE pushed_at IS NULL;
`;
