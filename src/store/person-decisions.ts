import type { Store } from "./open-store.ts";
import type { UnmetDecision } from "./person-groups.ts";
import { rebuildPeople } from "./person-rebuild.ts";
import { type PersonReference, representIdentity, type StoredIdentity } from "./person-references.ts";

/**
 * What became of a decision. `kept` means it is stored but something stronger stands against it: `reason` says what, in
 * words, and what would change it. `refused` means nothing was stored.
 */
export type DecisionOutcome =
  | { outcome: "done"; personIds: number[] }
  | { outcome: "kept"; reason: string }
  | { outcome: "refused"; reason: string };

/**
 * The owner says that two identities (or people) are one person. Only the owner's own word may lead here: the identity
 * joined to somebody in contacts.csv counts as in the owner's contacts from then on.
 *
 * Contract: the last word on a pair wins; decisions on other pairs keep standing, and the result does not depend on their
 * order. Never joins two rows of contacts.csv, nor anybody with the owner: it says so instead. Errors: `not_found`.
 */
export async function samePerson(store: Store, a: PersonReference, b: PersonReference): Promise<DecisionOutcome> {
  const [x, y] = [await representIdentity(store, a), await representIdentity(store, b)];
  if (x.id === y.id) return { outcome: "refused", reason: `Both are ${x.value}.` };
  if (x.isOwner || y.isOwner) return { outcome: "refused", reason: ownerReason(x.isOwner ? y : x) };
  const [left, right] = [contactOf(store, x), contactOf(store, y)];
  if (left !== null && right !== null && left.rowNumber !== right.rowNumber) {
    return { outcome: "refused", reason: rowsReason(left, right) };
  }
  return await decide(store, x, y, true);
}

/**
 * The owner says that two identities (or people) are not one person: they are not joined, not asked about again, and parted
 * when an earlier `same` had joined them. Errors: `not_found`.
 */
export async function differentPeople(store: Store, a: PersonReference, b: PersonReference): Promise<DecisionOutcome> {
  const [x, y] = [await representIdentity(store, a), await representIdentity(store, b)];
  if (x.id === y.id) {
    return { outcome: "refused", reason: `Both are ${x.value}. Name the two addresses that are different people.` };
  }
  return await decide(store, x, y, false);
}

async function decide(store: Store, x: StoredIdentity, y: StoredIdentity, same: boolean): Promise<DecisionOutcome> {
  const [a, b] = x.id < y.id ? [x, y] : [y, x];
  await store.write((tx) =>
    tx.sql.run(
      "INSERT OR REPLACE INTO person_decisions (a, b, same, decided_at) VALUES (?, ?, ?, ?)",
      a.id,
      b.id,
      Number(same),
      tx.nowAt,
    ),
  );
  const { unmet } = await rebuildPeople(store);
  const own = unmet.find((one) => one.a === a.id && one.b === b.id);
  if (own !== undefined) return { outcome: "kept", reason: unmetReason(own, a, b) };
  const personIds = [
    await representIdentity(store, { identityId: a.id }),
    await representIdentity(store, { identityId: b.id }),
  ];
  return { outcome: "done", personIds: [...new Set(personIds.map((one) => one.personId))] };
}

/** Why a stored decision is not in force, in words. */
export function unmetReason(one: UnmetDecision, a: StoredIdentity, b: StoredIdentity): string {
  const pair = `${a.value} and ${b.value}`;
  if (one.because === "owner") return `${pair}: one of them is you, and your own addresses are one person.`;
  if (one.because === "different") {
    return `You said before that people behind ${pair} are different. Say "same" about that pair to change it.`;
  }
  return one.same
    ? `contacts.csv has ${pair} in two rows, and its rows win. Merge the rows to make them one person.`
    : `contacts.csv has ${pair} in one row, and its rows win. Move one of them to a row of its own.`;
}

interface ContactPlace {
  rowNumber: number;
  name: string;
}

function contactOf(store: Store, identity: StoredIdentity): ContactPlace | null {
  const rowNumber = store.read.number(
    "SELECT r.row_number FROM people p JOIN contact_rows r ON r.contact_key = p.contact_key WHERE p.id = ?",
    identity.personId,
  );
  return rowNumber === null ? null : { rowNumber, name: identity.person };
}

function ownerReason(other: StoredIdentity): string {
  return `One of them is you. If ${other.value} is yours too, add it to your own addresses in config.json instead.`;
}

function rowsReason(left: ContactPlace, right: ContactPlace): string {
  return `contacts.csv keeps them apart: row ${left.rowNumber} (${left.name}) and row ${right.rowNumber} (${right.name}). Merge the two rows there if they are one person.`;
}
