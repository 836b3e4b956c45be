/**
 * Files that a source's records are kept as: `drive` in the home's drive/, `contacts` the table of contacts beside
 * contacts.csv. No reference to sources: the owner's files stay when a source is removed, and are found again.
 */
export const migration007 = `
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

CREATE UNIQUE INDEX mirrors_by_path ON mirrors (kind, path_key) WHERE gone_at IS NULL;
CREATE INDEX mirrors_by_external_id ON mirrors (external_id);
`;
