/** Merges index segments less eagerly: a large import rewrites the index fewer times. */
export const migration005 = `
INSERT INTO search (search, rank) VALUES ('automerge', 16);
INSERT INTO search (search, rank) VALUES ('crisismerge', 32);
`;
