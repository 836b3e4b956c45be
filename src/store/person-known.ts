import { z } from "zod";
import type { Store } from "./open-store.ts";
import { isNameOnly, loadContactRows } from "./person-contact-rows.ts";

const partyRow = z.object({ address: z.string(), name: z.string(), person: z.string() });

/**
 * The addresses that are known (in contacts.csv, or written to) with the name their person goes by: what a lookalike would
 * imitate. Without the owner's own.
 */
export async function knownParties(store: Store): Promise<{ address: string; name: string }[]> {
  return loadKnown(store)
    .filter((row) => !isNameOnly(row.address))
    .map((row) => ({
      address: row.address,
      name: row.person === row.address ? row.name : row.person,
    }));
}

/** Names and aliases of known people, and organisations in contacts.csv; each once, as written. */
export async function knownNames(store: Store): Promise<string[]> {
  const rows = await loadContactRows(store);
  const listed = rows.flatMap((row) => [row.name, ...row.aliases, row.organisation]);
  const called = loadKnown(store).flatMap((row) => [row.person, row.name].filter((name) => name !== row.address));
  return [...new Set([...listed, ...called].filter((name) => name !== ""))];
}

const domainRow = z.object({ domain: z.string() });

/** Domains in contacts.csv, and those written to at least twice over all their addresses. Lower case ASCII, without the owner's. */
export async function knownDomains(store: Store): Promise<string[]> {
  const rows = store.read.all(
    domainRow,
    `SELECT substr(value, instr(value, '@') + 1) AS domain FROM identities
     WHERE kind = 'email' AND is_owner = 0 AND (in_contacts = 1 OR written_count > 0)
     GROUP BY domain HAVING max(in_contacts) = 1 OR sum(written_count) >= 2 ORDER BY domain`,
  );
  return rows.map((row) => row.domain);
}

function loadKnown(store: Store): z.output<typeof partyRow>[] {
  return store.read.all(
    partyRow,
    `SELECT n.value AS address, n.name, p.name AS person FROM identities n JOIN people p ON p.id = n.person_id
     WHERE n.is_owner = 0 AND (n.in_contacts = 1 OR n.written_count > 0) ORDER BY n.id`,
  );
}
