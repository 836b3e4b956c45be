/**
 * What a model first wrote as an answer to a thread in that state, whatever became of it, with the signals of that moment: rules can
 * be learned from it, and the same state is not asked about twice.
 */
export const migration017 = `
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
CREATE INDEX drafts_thread ON drafts (thread_id, last_item_id);
CREATE INDEX drafts_at ON drafts (drafted_at);
`;
