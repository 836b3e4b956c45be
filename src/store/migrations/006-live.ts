/**
 * What is known about each source while it is kept in step: its health, how far a long read is, when it was and will be
 * asked, what it cost; and who runs `steward start` on this home.
 */
export const migration006 = `
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

CREATE TABLE daemon_lease (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  owner TEXT NOT NULL,
  started_at TEXT NOT NULL,
  until_at TEXT NOT NULL
) STRICT;
`;
