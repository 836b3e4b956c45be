/** What the page's Today shows, as the reading side left it: one row. */
export const migration010 = `
CREATE TABLE briefings (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  number INTEGER NOT NULL,
  document TEXT NOT NULL,
  made_at TEXT NOT NULL,
  read_at TEXT
) STRICT;
`;
