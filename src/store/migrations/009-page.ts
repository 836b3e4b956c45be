/**
 * The local page: one-time logins, the sessions of devices, passkeys with what they were asked, where the page is. Of every
 * secret only its hash is here.
 */
export const migration009 = `
CREATE TABLE page_logins (
  hash TEXT PRIMARY KEY,
  made_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT
) STRICT;

CREATE TABLE failed_logins (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL
) STRICT;

CREATE TABLE login_locks (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  until_at TEXT NOT NULL
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

CREATE TABLE passkey_challenges (
  challenge TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  about TEXT NOT NULL,
  expires_at TEXT NOT NULL
) STRICT;

CREATE TABLE page_address (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  url TEXT NOT NULL,
  since_at TEXT NOT NULL
) STRICT;
`;
