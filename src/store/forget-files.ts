import { z } from "zod";
import type { Store } from "./open-store.ts";

const bytesName = /[0-9a-f]{64}/g;
const atOnce = 500;
const contentRow = z.object({ id: z.number(), content: z.string() });
const nameRow = z.object({ sha256: z.string() });

/**
 * Forgets kept files that were kept before that instant and that nothing carries any more. Contract: what cards carry is read
 * outside of a transaction, one pass over all of them; what was made meanwhile is looked at inside of it. Returns how many.
 */
export async function forgetFiles(store: Store, beforeAt: string): Promise<number> {
  const old = store.read.all(nameRow, "SELECT sha256 FROM kept_files WHERE kept_at < ?", beforeAt);
  if (old.length === 0) return 0;
  const carried = new Set<string>();
  let seen = 0;
  for (;;) {
    const rows = readContents(store.read, seen);
    for (const { id, content } of rows) {
      for (const [name] of content.matchAll(bytesName)) carried.add(name);
      seen = id;
    }
    if (rows.length < atOnce) break;
  }
  const free = old.filter(({ sha256 }) => !carried.has(sha256));
  if (free.length === 0) return 0;
  return await store.write((tx) => {
    const sincePassed = readContents(tx.sql, seen).map(({ content }) => content);
    const asked = tx.sql.all(z.object({ ask: z.string() }), "SELECT ask FROM proposals WHERE state = 'waiting'");
    const fresh = [...sincePassed, ...asked.map(({ ask }) => ask)].join("\n");
    let forgotten = 0;
    for (const { sha256 } of free) {
      if (fresh.includes(sha256)) continue;
      forgotten += tx.sql.run("DELETE FROM kept_files WHERE sha256 = ? AND kept_at < ?", sha256, beforeAt).changes;
    }
    return forgotten;
  });
}

/** Revisions are only ever added, and get a higher row each. */
function readContents(sql: Store["read"], after: number): z.output<typeof contentRow>[] {
  return sql.all(
    contentRow,
    "SELECT rowid AS id, content FROM card_revisions WHERE rowid > ? AND content <> '' ORDER BY rowid LIMIT ?",
    after,
    atOnce,
  );
}
