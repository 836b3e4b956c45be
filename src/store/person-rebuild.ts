import { z } from "zod";
import { fold } from "../core/fold.ts";
import type { Connection } from "./connection.ts";
import type { Store, Tx } from "./open-store.ts";
import { loadContactRows, type StoredContactRow } from "./person-contact-rows.ts";
import { type Group, type Grouping, groupIdentities } from "./person-groups.ts";
import { readOwnerNames } from "./person-owner-names.ts";
import { writeInTurns } from "./person-writes.ts";
import { flag } from "./row-types.ts";

const memberRow = z.object({
  id: z.number(),
  kind: z.string(),
  value: z.string(),
  name: z.string(),
  person_id: z.number(),
  is_owner: z.number(),
  in_contacts: z.number(),
  weight: z.number(),
  contact_key: z.string().nullable(),
});
type Member = z.output<typeof memberRow>;

const personRow = z.object({
  id: z.number(),
  name: z.string(),
  contact_key: z.string().nullable(),
  organisation: z.string(),
  relation: z.string(),
});
type Person = z.output<typeof personRow>;

const decisionRow = z.object({ a: z.number(), b: z.number(), same: flag });

export interface Rebuilt {
  /** How many people were made, changed, or given other identities; 0 when everything was as it should be. */
  changed: number;
  unmet: Grouping["unmet"];
  /** Addresses of the owner that stand in a row of somebody else, and count there for nothing. */
  ownElsewhere: { value: string; contactKey: string }[];
}

/**
 * Brings people and identities in line with contacts.csv, the owner's decisions and who the owner is. Only identities that
 * one of these speaks about are touched; everybody else stays a person by themselves.
 *
 * Contract: idempotent; a function of what is stored, not of the order in which it came; short transactions.
 */
export async function rebuildPeople(store: Store): Promise<Rebuilt> {
  const members = loadMembers(store.read);
  const people = new Map(loadPeople(store.read).map((person) => [person.id, person]));
  const rows = await loadContactRows(store);
  const ownerNames = await readOwnerNames(store);
  const own = ownRows(rows, members, ownerNames);
  const grouping = groupIdentities(
    members.map((each) => ({ id: each.id, isOwner: each.is_owner === 1, contactKey: each.contact_key })),
    store.read.all(decisionRow, "SELECT a, b, same FROM person_decisions"),
    own,
  );
  const plans = planPeople(grouping.groups, members, people, rows, ownerNames);
  await writeInTurns(store, plans, applyPlan);
  await dropEmptyPeople(store);
  const ownElsewhere = members.flatMap(({ is_owner, value, contact_key: contactKey }) =>
    is_owner === 1 && contactKey !== null && !own.has(contactKey) ? [{ value, contactKey }] : [],
  );
  return { changed: plans.length, unmet: grouping.unmet, ownElsewhere };
}

function loadMembers(sql: Connection): Member[] {
  return sql.all(
    memberRow,
    `SELECT n.id, n.kind, n.value, n.name, n.person_id, n.is_owner, n.in_contacts, n.written_count * 10 + n.seen_count AS weight, l.contact_key
     FROM identities n LEFT JOIN contact_links l ON l.identity_id = n.id
     WHERE n.is_owner = 1 OR n.in_contacts = 1 OR l.contact_key IS NOT NULL
        OR n.id IN (SELECT a FROM person_decisions UNION SELECT b FROM person_decisions)
        OR n.person_id IN (SELECT person_id FROM identities GROUP BY person_id HAVING count(*) > 1)
     ORDER BY n.id`,
  );
}

function loadPeople(sql: Connection): Person[] {
  return sql.all(
    personRow,
    `SELECT id, name, contact_key, organisation, relation FROM people
     WHERE contact_key IS NOT NULL OR id IN (SELECT person_id FROM identities WHERE is_owner = 1 OR in_contacts = 1
       UNION SELECT person_id FROM identities WHERE id IN (SELECT identity_id FROM contact_links)
       UNION SELECT person_id FROM identities WHERE id IN (SELECT a FROM person_decisions UNION SELECT b FROM person_decisions)
       UNION SELECT person_id FROM identities GROUP BY person_id HAVING count(*) > 1)`,
  );
}

const selfWords = new Set(["me", "self", "myself", "owner", "ich", "selbst", "moi", "yo", "io"]);

/** A row is the owner's own when it lists an address of theirs and says so by name or relation. */
function ownRows(rows: readonly StoredContactRow[], members: readonly Member[], ownerNames: string[]): Set<string> {
  const touched = new Set(members.filter((each) => each.is_owner === 1).map((each) => each.contact_key));
  const names = new Set(ownerNames.map(fold));
  const isOwn = (row: StoredContactRow): boolean =>
    selfWords.has(fold(row.relation)) || [row.name, ...row.aliases].some((name) => names.has(fold(name)));
  return new Set(rows.filter((row) => touched.has(row.key) && isOwn(row)).map((row) => row.key));
}

interface PersonPlan {
  /** null = a new person. */
  personId: number | null;
  person: Omit<Person, "id">;
  moved: number[];
  marked: { ids: number[]; inContacts: boolean } | null;
}

function planPeople(
  groups: readonly Group[],
  members: readonly Member[],
  people: ReadonlyMap<number, Person>,
  rows: readonly StoredContactRow[],
  ownerNames: readonly string[],
): PersonPlan[] {
  const byId = new Map(members.map((each) => [each.id, each]));
  const rowOf = new Map(rows.map((row) => [row.key, row]));
  const byKey = new Map(
    [...people.values()].flatMap((each) => (each.contact_key === null ? [] : [[each.contact_key, each.id]])),
  );
  const claimed = new Set<number>();
  const used = new Set(groups.map((group) => group.contactKey));
  const nameOnly: Group[] = rows
    .filter((row) => !used.has(row.key))
    .map((row) => ({ identityIds: [], contactKey: row.key, isOwner: false }));
  const inOrder = [...groups, ...nameOnly].sort(compareGroups);
  for (const group of inOrder) {
    const held = group.contactKey === null ? undefined : byKey.get(group.contactKey);
    if (typeof held === "number") claimed.add(held);
  }
  return inOrder.flatMap((group) => {
    const inside = group.identityIds.flatMap((id) => byId.get(id) ?? []);
    const keyed = group.contactKey === null ? undefined : byKey.get(group.contactKey);
    const personId = typeof keyed === "number" ? keyed : firstFree(inside, claimed);
    if (personId !== null) claimed.add(personId);
    const row = group.contactKey === null ? undefined : rowOf.get(group.contactKey);
    const person = describePerson(group, inside, row, ownerNames);
    return planOne(personId, personId === null ? undefined : people.get(personId), person, inside, row !== undefined);
  });
}

/** The owner first, then the rows, then the rest by age: who comes first keeps the person they have. */
function compareGroups(x: Group, y: Group): number {
  const rank = (group: Group): number => (group.isOwner ? 0 : group.contactKey === null ? 2 : 1);
  return rank(x) - rank(y) || (x.identityIds[0] ?? 0) - (y.identityIds[0] ?? 0);
}

function firstFree(inside: readonly Member[], claimed: ReadonlySet<number>): number | null {
  const free = inside.map((each) => each.person_id).filter((id) => !claimed.has(id));
  return free.length === 0 ? null : Math.min(...free);
}

function describePerson(
  group: Group,
  inside: readonly Member[],
  row: StoredContactRow | undefined,
  ownerNames: readonly string[],
): Omit<Person, "id"> {
  const best = [...inside].sort(
    (x, y) => Number(x.name === "") - Number(y.name === "") || y.weight - x.weight || x.id - y.id,
  )[0];
  const shown = best === undefined ? "" : best.name !== "" ? best.name : best.value;
  const name = row !== undefined && row.name !== "" ? row.name : group.isOwner ? (ownerNames[0] ?? shown) : shown;
  return {
    name,
    contact_key: group.contactKey,
    organisation: row?.organisation ?? "",
    relation: row?.relation ?? "",
  };
}

function planOne(
  personId: number | null,
  before: Person | undefined,
  person: Omit<Person, "id">,
  inside: readonly Member[],
  inContacts: boolean,
): PersonPlan[] {
  const moved = inside.filter((each) => each.person_id !== personId).map((each) => each.id);
  const wrong = inside.filter((each) => (each.in_contacts === 1) !== inContacts).map((each) => each.id);
  const same =
    before !== undefined &&
    before.name === person.name &&
    before.contact_key === person.contact_key &&
    before.organisation === person.organisation &&
    before.relation === person.relation;
  if (same && moved.length === 0 && wrong.length === 0) return [];
  return [{ personId, person, moved, marked: wrong.length === 0 ? null : { ids: wrong, inContacts } }];
}

function applyPlan(tx: Tx, plan: PersonPlan): void {
  const { name, contact_key, organisation, relation } = plan.person;
  if (contact_key !== null)
    tx.sql.run(
      "UPDATE people SET contact_key = NULL WHERE contact_key = ? AND id IS NOT ?",
      contact_key,
      plan.personId,
    );
  const id =
    plan.personId ??
    tx.sql.run(
      "INSERT INTO people (name, contact_key, organisation, relation) VALUES (?, ?, ?, ?)",
      name,
      contact_key,
      organisation,
      relation,
    ).lastId;
  if (plan.personId !== null)
    tx.sql.run(
      "UPDATE people SET name = ?, contact_key = ?, organisation = ?, relation = ? WHERE id = ?",
      name,
      contact_key,
      organisation,
      relation,
      id,
    );
  for (const identityId of plan.moved) tx.sql.run("UPDATE identities SET person_id = ? WHERE id = ?", id, identityId);
  for (const identityId of plan.marked?.ids ?? [])
    tx.sql.run("UPDATE identities SET in_contacts = ? WHERE id = ?", Number(plan.marked?.inContacts), identityId);
}

/** People whose identities went to others, and rows that contacts.csv no longer has. */
async function dropEmptyPeople(store: Store): Promise<void> {
  const empty = store.read.numbers(
    `SELECT id FROM people WHERE id NOT IN (SELECT person_id FROM identities)
       AND (contact_key IS NULL OR contact_key NOT IN (SELECT contact_key FROM contact_rows))`,
  );
  if (empty.length === 0) return;
  await store.write((tx) =>
    tx.sql.run("DELETE FROM people WHERE id IN (SELECT value FROM json_each(?))", JSON.stringify(empty)),
  );
}
