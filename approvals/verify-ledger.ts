import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { toStewardError } from "../src/core/errors.ts";
import { hashEntry, ledgerHead, ledgerRoot, readLedgerChain } from "../src/store/ledger.ts";
import type { Store } from "../src/store/open-store.ts";
import { writeFileAtomic } from "../src/store/write-file-atomic.ts";

/** What the chain says of itself. `brokenAt`: the first entry that is not what was written there, and why. */
export type LedgerVerdict =
  | { ok: true; entries: number; head: string }
  | { ok: false; entries: number; brokenAt: number; why: string };

const headSchema = z.strictObject({ seq: z.number(), hash: z.string() });
const headName = "ledger.head";

/**
 * Walks the whole ledger: every hash, every link, every number, and the end against the head that was noted outside of the
 * database. Finds any entry that was changed, left out, put in, swapped or cut off.
 */
export async function verifyLedger(store: Store, homePath: string): Promise<LedgerVerdict> {
  let entries = 0;
  let previous = ledgerRoot;
  const noted = await readNotedHead(homePath);
  if (noted === "unreadable") return { ok: false, entries, brokenAt: 0, why: `${headName} cannot be read` };
  for (;;) {
    const stretch = await readLedgerChain(store, entries, 1000);
    for (const { seq, entry } of stretch) {
      const broken = (why: string): LedgerVerdict => ({ ok: false, entries, brokenAt: seq, why });
      if (seq !== entries + 1) return { ok: false, entries, brokenAt: entries + 1, why: "an entry is missing here" };
      if (entry === null) return broken("it cannot be read");
      if (entry.previous !== previous) return broken("it does not follow on the one before");
      if (hashEntry(entry) !== entry.hash) return broken("it was changed after it was written");
      if (noted?.seq === seq && noted.hash !== entry.hash) return broken("another entry stood here");
      previous = entry.hash;
      entries = seq;
    }
    if (stretch.length === 0) break;
  }
  if (noted !== null && noted.seq > entries) {
    return { ok: false, entries, brokenAt: entries + 1, why: `the end is cut off: ${noted.seq} entries were written` };
  }
  return { ok: true, entries, head: previous };
}

/**
 * Notes the newest entry outside of the database, so that an end that is cut off is seen. False, and nothing is noted, when what
 * was noted before no longer stands in the ledger: going on would hide it.
 */
export async function noteLedgerHead(store: Store, homePath: string): Promise<boolean> {
  const head = await ledgerHead(store);
  const noted = await readNotedHead(homePath);
  if (noted === "unreadable") return false;
  if (noted !== null) {
    const [stands] = await readLedgerChain(store, noted.seq - 1, 1);
    if (stands?.entry?.hash !== noted.hash || stands.seq !== noted.seq) return false;
  }
  if (head === null || noted?.seq === head.seq) return true;
  await writeFileAtomic(join(homePath, headName), `${JSON.stringify({ seq: head.seq, hash: head.hash })}\n`);
  return true;
}

async function readNotedHead(homePath: string): Promise<z.output<typeof headSchema> | "unreadable" | null> {
  let text: string;
  try {
    text = await readFile(join(homePath, headName), "utf8");
  } catch (error) {
    const named = toStewardError(error, "reading the ledger's head");
    if (named.code === "not_found") return null;
    throw named;
  }
  try {
    return headSchema.parse(JSON.parse(text));
  } catch {
    return "unreadable";
  }
}
