CREATE TRIGGER ledger_never_changes BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;

CREATE TRIGGER ledger_never_shrinks BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;

CREATE TRIGGER run_events_never_change BEFORE UPDATE ON run_events BEGIN SELECT RAISE(ABORT, 'what happened in a run only grows'); END;

CREATE TRIGGER run_events_never_shrink BEFORE DELETE ON run_events BEGIN SELECT RAISE(ABORT, 'what happened in a run only grows'); END;

CREATE TABLE accepted_skills (
  name TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL,
  content TEXT NOT NULL,
  accepted_at TEXT NOT NULL
) STRICT;

CREATE TABLE actions (
  name TEXT PRIMARY KEY,
  tier TEXT NOT NULL,
  description TEXT NOT NULL,
  ask_schema TEXT NOT NULL
) STRICT;

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

CREATE TABLE briefings (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  number INTEGER NOT NULL,
  document TEXT NOT NULL,
  made_at TEXT NOT NULL,
  read_at TEXT
) STRICT;

CREATE TABLE budget_grants (
  id INTEGER PRIMARY KEY,
  micros INTEGER NOT NULL,
  granted_at TEXT NOT NULL
) STRICT;

CREATE TABLE cap_grants (
  id INTEGER PRIMARY KEY,
  cap TEXT NOT NULL,
  more INTEGER NOT NULL,
  granted_at TEXT NOT NULL
) STRICT;

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
  found_at TEXT NOT NULL, source TEXT NOT NULL DEFAULT 'rules',
  UNIQUE (item_id, promised_by, what)
) STRICT;

CREATE TABLE consolidations (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('same', 'failed', 'waiting', 'accepted', 'rejected')),
  base_sha256 TEXT NOT NULL,
  candidate TEXT NOT NULL,
  made_at TEXT NOT NULL,
  decided_at TEXT
) STRICT;

CREATE TABLE contact_links (
  identity_id INTEGER PRIMARY KEY REFERENCES identities (id),
  contact_key TEXT NOT NULL
) STRICT;

CREATE TABLE contact_rows (
  contact_key TEXT PRIMARY KEY,
  row_number INTEGER NOT NULL,
  name TEXT NOT NULL,
  aliases TEXT NOT NULL,
  organisation TEXT NOT NULL,
  role TEXT NOT NULL,
  relation TEXT NOT NULL,
  language TEXT NOT NULL,
  notes TEXT NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE TABLE coverage (
  source_id TEXT NOT NULL REFERENCES sources (id),
  from_at TEXT NOT NULL,
  to_at TEXT NOT NULL,
  PRIMARY KEY (source_id, from_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE daemon_lease (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  owner TEXT NOT NULL,
  started_at TEXT NOT NULL,
  until_at TEXT NOT NULL
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

CREATE TABLE digests (
  id INTEGER PRIMARY KEY,
  since_at TEXT NOT NULL,
  until_at TEXT NOT NULL,
  looked INTEGER NOT NULL,
  entries TEXT NOT NULL,
  shown_at TEXT NOT NULL
) STRICT;

CREATE TABLE drafts (
  id TEXT PRIMARY KEY,
  thread_id INTEGER NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
  last_item_id INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('proposed', 'nothing', 'dropped', 'failed')),
  first_text TEXT NOT NULL,
  text TEXT NOT NULL,
  problems TEXT NOT NULL,
  class TEXT NOT NULL,
  signals TEXT NOT NULL,
  proposal_id TEXT,
  run_id TEXT,
  call_id TEXT,
  drafted_at TEXT NOT NULL
) STRICT;

CREATE TABLE effects (
  id INTEGER PRIMARY KEY,
  card_id TEXT NOT NULL,
  tier TEXT NOT NULL,
  address TEXT,
  at TEXT NOT NULL
) STRICT;

CREATE TABLE failed_logins (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL
) STRICT;

CREATE TABLE identities (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  name TEXT NOT NULL DEFAULT '',
  person_id INTEGER NOT NULL REFERENCES people (id),
  is_owner INTEGER NOT NULL DEFAULT 0,
  in_contacts INTEGER NOT NULL DEFAULT 0,
  seen_count INTEGER NOT NULL DEFAULT 0,
  seen_at TEXT,
  written_count INTEGER NOT NULL DEFAULT 0,
  written_at TEXT,
  received_count INTEGER NOT NULL DEFAULT 0,
  answered_count INTEGER NOT NULL DEFAULT 0,
  UNIQUE (kind, value)
) STRICT;

CREATE TABLE item_keys (
  key TEXT PRIMARY KEY,
  item_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE item_parties (
  item_id INTEGER NOT NULL,
  role TEXT NOT NULL,
  identity_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (item_id, role, identity_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE item_texts (
  item_id INTEGER PRIMARY KEY,
  text TEXT NOT NULL,
  quoted TEXT NOT NULL,
  signature TEXT NOT NULL,
  hidden TEXT NOT NULL
) STRICT;

CREATE TABLE items (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  channel TEXT NOT NULL,
  thread_id INTEGER,
  sent_at TEXT,
  from_owner INTEGER NOT NULL,
  sent_evidence INTEGER NOT NULL,
  sender_id INTEGER,
  message_id TEXT,
  in_reply_to TEXT,
  fingerprint TEXT NOT NULL,
  subject TEXT NOT NULL,
  labels TEXT NOT NULL,
  attachments TEXT NOT NULL,
  mail TEXT,
  event TEXT,
  contact TEXT,
  original TEXT,
  size_bytes INTEGER NOT NULL,
  is_partial INTEGER NOT NULL,
  superseded_by INTEGER,
  taken_at TEXT NOT NULL
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

CREATE TABLE judging_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  problem TEXT,
  ended_at TEXT NOT NULL
) STRICT;

CREATE TABLE kept_files (
  sha256 TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  bytes BLOB NOT NULL,
  kept_at TEXT NOT NULL
) STRICT;

CREATE TABLE learned_weights (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  base_version TEXT NOT NULL,
  weights TEXT,
  message_count INTEGER NOT NULL,
  learned_at TEXT NOT NULL
) STRICT;

CREATE TABLE ledger (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  card_id TEXT,
  body TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE login_locks (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  until_at TEXT NOT NULL
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

CREATE TABLE mirrors (
  source_id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('drive', 'contacts')),
  format TEXT NOT NULL,
  path TEXT NOT NULL,
  path_key TEXT NOT NULL,
  version TEXT NOT NULL,
  md5 TEXT,
  written_sha256 TEXT NOT NULL,
  remote_sha256 TEXT NOT NULL,
  beside_path TEXT,
  beside_sha256 TEXT,
  gone_path TEXT,
  gone_at TEXT,
  written_at TEXT NOT NULL,
  PRIMARY KEY (source_id, external_id)
) STRICT;

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

CREATE TABLE model_caps (
  base_url TEXT NOT NULL,
  model TEXT NOT NULL,
  caps TEXT NOT NULL,
  probed_at TEXT NOT NULL,
  PRIMARY KEY (base_url, model)
) STRICT;

CREATE TABLE model_promises (
  item_id INTEGER PRIMARY KEY REFERENCES promise_readings (item_id),
  quote TEXT NOT NULL,
  due_on TEXT
) STRICT;

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

CREATE TABLE owner_names (
  place INTEGER PRIMARY KEY,
  name TEXT NOT NULL
) STRICT;

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

CREATE TABLE page_address (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  url TEXT NOT NULL,
  since_at TEXT NOT NULL
) STRICT;

CREATE TABLE page_logins (
  hash TEXT PRIMARY KEY,
  made_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT
) STRICT;

CREATE TABLE page_sessions (
  id TEXT PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  signed_in_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  proved_at TEXT,
  ended_at TEXT
) STRICT;

CREATE TABLE passkey_challenges (
  challenge TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  about TEXT NOT NULL,
  expires_at TEXT NOT NULL
) STRICT;

CREATE TABLE passkeys (
  id TEXT PRIMARY KEY,
  rp_id TEXT NOT NULL,
  name TEXT NOT NULL,
  public_key BLOB NOT NULL,
  counter INTEGER NOT NULL,
  transports TEXT NOT NULL DEFAULT '[]',
  added_at TEXT NOT NULL,
  used_at TEXT
) STRICT;

CREATE TABLE people (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  contact_key TEXT UNIQUE,
  organisation TEXT NOT NULL DEFAULT '',
  relation TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE person_decisions (
  a INTEGER NOT NULL REFERENCES identities (id),
  b INTEGER NOT NULL REFERENCES identities (id),
  same INTEGER NOT NULL,
  decided_at TEXT NOT NULL,
  PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;

CREATE TABLE problems (
  id INTEGER PRIMARY KEY,
  source_id TEXT NOT NULL REFERENCES sources (id),
  path TEXT NOT NULL,
  byte_offset INTEGER,
  reason TEXT NOT NULL,
  found_at TEXT NOT NULL
) STRICT;

CREATE TABLE promise_readings (
  item_id INTEGER PRIMARY KEY,
  model TEXT NOT NULL,
  call_id TEXT NOT NULL,
  read_at TEXT NOT NULL
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

CREATE TABLE run_events (
  run_id TEXT NOT NULL REFERENCES runs (id),
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_results (
  run_id TEXT NOT NULL REFERENCES runs (id),
  key TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (run_id, key)
) STRICT;

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

CREATE VIRTUAL TABLE search USING fts5 (
  sender, recipients, subject, body, attachments, place,
  content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0"
);

CREATE TABLE sightings (
  source_id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  item_id INTEGER NOT NULL,
  path TEXT NOT NULL,
  byte_offset INTEGER,
  PRIMARY KEY (source_id, external_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE source_health (
  source_id TEXT PRIMARY KEY REFERENCES sources (id),
  state TEXT NOT NULL DEFAULT 'ok',
  detail TEXT NOT NULL DEFAULT '',
  since_at TEXT NOT NULL,
  retry_at TEXT,
  failure_count INTEGER NOT NULL DEFAULT 0,
  progress TEXT,
  polled_at TEXT,
  next_poll_at TEXT,
  usage TEXT NOT NULL DEFAULT '{}'
) STRICT;

CREATE TABLE sources (
  id TEXT PRIMARY KEY,
  connector TEXT NOT NULL,
  kind TEXT NOT NULL,
  location TEXT NOT NULL,
  label TEXT NOT NULL,
  config TEXT NOT NULL,
  registered_at TEXT NOT NULL,
  read_at TEXT,
  item_count INTEGER NOT NULL DEFAULT 0,
  cursors TEXT NOT NULL DEFAULT '{}',
  lease_owner TEXT,
  lease_until TEXT,
  UNIQUE (connector, kind, location)
) STRICT;

CREATE TABLE sqlite_sequence(name,seq);

CREATE TABLE stop_latch (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  stopped_at TEXT NOT NULL,
  surface TEXT NOT NULL,
  why TEXT NOT NULL
) STRICT;

CREATE TABLE thread_keys (
  key TEXT PRIMARY KEY,
  thread_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE threads (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL,
  title TEXT NOT NULL,
  is_group INTEGER NOT NULL,
  item_count INTEGER NOT NULL DEFAULT 0,
  first_at TEXT,
  last_at TEXT,
  last_item_id INTEGER,
  inbound_at TEXT,
  outbound_at TEXT,
  state TEXT NOT NULL DEFAULT 'open',
  state_at TEXT,
  snoozed_until TEXT
) STRICT;

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

CREATE INDEX cards_by_bundle ON cards (bundle_id, position);

CREATE INDEX cards_by_state ON cards (state, created_at);

CREATE INDEX cards_by_target ON cards (target, state, number);

CREATE INDEX cards_by_thread ON cards (thread_id);

CREATE INDEX cards_waiting_for ON cards (after_card_id) WHERE after_card_id IS NOT NULL;

CREATE INDEX commitments_thread ON commitments (thread_id);

CREATE INDEX consolidations_at ON consolidations (made_at);

CREATE INDEX contact_links_key ON contact_links (contact_key);

CREATE INDEX corrections_thread ON corrections (thread_id);

CREATE INDEX decisions_by_card ON decisions (card_id, decided_at);

CREATE INDEX drafts_at ON drafts (drafted_at);

CREATE INDEX drafts_thread ON drafts (thread_id, last_item_id);

CREATE INDEX effects_by_address ON effects (address, at);

CREATE INDEX effects_by_time ON effects (at);

CREATE INDEX identities_person ON identities (person_id);

CREATE INDEX item_parties_identity ON item_parties (identity_id, item_id);

CREATE INDEX items_kind ON items (kind, id) WHERE kind <> 'message';

CREATE INDEX items_message ON items (message_id) WHERE message_id IS NOT NULL;

CREATE INDEX items_owner_reply ON items (in_reply_to) WHERE in_reply_to IS NOT NULL AND from_owner = 1;

CREATE INDEX items_sender ON items (sender_id, id) WHERE sender_id IS NOT NULL;

CREATE INDEX items_thread ON items (thread_id, sent_at, from_owner, sent_evidence, sender_id, superseded_by, kind);

CREATE INDEX jobs_waiting ON jobs (state, made_at) WHERE state IN ('waiting', 'taken');

CREATE INDEX ledger_by_card ON ledger (card_id, seq);

CREATE INDEX memory_proposals_state ON memory_proposals (state, number);

CREATE INDEX mirrors_by_external_id ON mirrors (external_id);

CREATE UNIQUE INDEX mirrors_by_path ON mirrors (kind, path_key) WHERE gone_at IS NULL;

CREATE INDEX model_calls_by_run ON model_calls (run_id, at) WHERE run_id IS NOT NULL;

CREATE INDEX model_calls_by_time ON model_calls (at, state, counted_micros);

CREATE INDEX notices_unpushed ON notices (pushed_at, at) WHERE pushed_at IS NULL;

CREATE UNIQUE INDEX one_attempt_at_a_time ON attempts (card_id) WHERE state IN ('prepared', 'committing');

CREATE UNIQUE INDEX one_yes_a_revision ON decisions (card_id, revision) WHERE kind IN ('approve', 'dictated', 'policy');

CREATE INDEX person_decisions_b ON person_decisions (b);

CREATE UNIQUE INDEX problems_place ON problems (source_id, path, coalesce(byte_offset, -1), reason);

CREATE INDEX proposals_by_card ON proposals (card_id) WHERE card_id IS NOT NULL;

CREATE INDEX proposals_redrafts ON proposals (redraft_of) WHERE redraft_of IS NOT NULL;

CREATE INDEX proposals_waiting ON proposals (state, proposed_at) WHERE state = 'waiting';

CREATE INDEX runs_by_time ON runs (made_at);

CREATE INDEX runs_unfinished ON runs (state, made_at) WHERE state IN ('queued', 'running');

CREATE INDEX sightings_item ON sightings (item_id);

CREATE INDEX thread_keys_thread ON thread_keys (thread_id);

CREATE INDEX threads_last ON threads (last_at);
