/**
 * The rows of contacts.csv as last synced, which identities each row names, the owner's names, and an index that answers "who wrote, who
 * answered" for a whole thread (or the whole store) without touching the wide item rows.
 */
export const migration003 = `
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

CREATE TABLE contact_links (
  identity_id INTEGER PRIMARY KEY REFERENCES identities (id),
  contact_key TEXT NOT NULL
) STRICT;
CREATE INDEX contact_links_key ON contact_links (contact_key);

CREATE TABLE owner_names (
  place INTEGER PRIMARY KEY,
  name TEXT NOT NULL
) STRICT;

DROP INDEX items_thread;
CREATE INDEX items_thread ON items (thread_id, sent_at, from_owner, sent_evidence, sender_id, superseded_by, kind);
CREATE INDEX person_decisions_b ON person_decisions (b);
`;
