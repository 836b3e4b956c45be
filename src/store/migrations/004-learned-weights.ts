/** The weights of signals as learned from what this owner answered; at most one row. */
export const migration004 = `
CREATE TABLE learned_weights (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  base_version TEXT NOT NULL,
  weights TEXT,
  message_count INTEGER NOT NULL,
  learned_at TEXT NOT NULL
) STRICT;
`;
