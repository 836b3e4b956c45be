import { z } from "zod";
import { type Channel, channels, type IdentityKind, identityKinds } from "../core/item.ts";
import type { Store } from "./open-store.ts";
import { isNameOnly } from "./person-contact-rows.ts";
import { flag } from "./row-types.ts";

const identityRow = z.object({
  id: z.number(),
  person_id: z.number(),
  kind: z.enum(identityKinds),
  value: z.string(),
  name: z.string(),
  is_owner: flag,
  in_contacts: flag,
  row_number: z.number().nullable(),
  seen_count: z.number(),
  seen_at: z.string().nullable(),
  written_count: z.number(),
  written_at: z.string().nullable(),
  received_count: z.number(),
  answered_count: z.number(),
});

const personRow = z.object({
  id: z.number(),
  name: z.string(),
  organisation: z.string(),
  relation: z.string(),
  contact_key: z.string().nullable(),
});

/** One way of naming a person, with what happened over it. Names are as others wrote them: escape them for a screen. */
export interface IdentitySummary {
  id: number;
  kind: IdentityKind;
  value: string;
  name: string;
  /** In contacts.csv (or joined by the owner to somebody there), or written to before. */
  known: boolean;
  why: string;
  seenCount: number;
  seenAt: string | null;
  writtenCount: number;
  writtenAt: string | null;
  receivedTurns: number;
  answeredTurns: number;
}

export interface PersonSummary {
  id: number;
  name: string;
  organisation: string;
  relation: string;
  isOwner: boolean;
  contactKey: string | null;
  identities: IdentitySummary[];
  channels: (Channel | "phone")[];
  known: boolean;
  /** Why they are known, or that they are not, in words. */
  why: string;
  seenCount: number;
  seenAt: string | null;
  writtenCount: number;
  writtenAt: string | null;
}

/** These people with all their identities, in the order given. */
export async function loadSummaries(store: Store, personIds: readonly number[]): Promise<PersonSummary[]> {
  const ids = JSON.stringify(personIds);
  const people = store.read.all(
    personRow,
    "SELECT id, name, organisation, relation, contact_key FROM people WHERE id IN (SELECT value FROM json_each(?))",
    ids,
  );
  const identities = Map.groupBy(
    store.read.all(
      identityRow,
      `SELECT n.id, n.person_id, n.kind, n.value, n.name, n.is_owner, n.in_contacts, r.row_number, n.seen_count, nullif(n.seen_at, '') AS seen_at,
              n.written_count, nullif(n.written_at, '') AS written_at, n.received_count, n.answered_count
       FROM identities n LEFT JOIN contact_links l ON l.identity_id = n.id LEFT JOIN contact_rows r ON r.contact_key = l.contact_key
       WHERE n.person_id IN (SELECT value FROM json_each(?)) ORDER BY n.written_count DESC, n.seen_count DESC, n.id`,
      ids,
    ),
    (row) => row.person_id,
  );
  const byId = new Map(people.map((person) => [person.id, person]));
  return personIds.flatMap((id) => {
    const person = byId.get(id);
    return person === undefined ? [] : [summarise(person, identities.get(id) ?? [])];
  });
}

function summarise(person: z.output<typeof personRow>, all: z.output<typeof identityRow>[]): PersonSummary {
  const rows = all.filter((row) => !isNameOnly(row.value));
  const identities = rows.map((row) => toIdentity(row, person.name));
  const isOwner = rows.some((row) => row.is_owner);
  const first = identities.find((one) => one.known);
  return {
    id: person.id,
    name: person.name,
    organisation: person.organisation,
    relation: person.relation,
    isOwner,
    contactKey: person.contact_key,
    identities,
    channels: [...new Set(rows.map((row) => channelOf(row.kind, row.value)))],
    known: first !== undefined,
    why: isOwner ? "you" : (first?.why ?? identities[0]?.why ?? "a name in contacts.csv without an address"),
    seenCount: identities.reduce((sum, one) => sum + one.seenCount, 0),
    seenAt: latest(identities.map((one) => one.seenAt)),
    writtenCount: identities.reduce((sum, one) => sum + one.writtenCount, 0),
    writtenAt: latest(identities.map((one) => one.writtenAt)),
  };
}

function toIdentity(row: z.output<typeof identityRow>, personName: string): IdentitySummary {
  return {
    id: row.id,
    kind: row.kind,
    value: row.value,
    name: row.name,
    known: row.in_contacts || row.written_count > 0,
    why: whyKnown(row, personName),
    seenCount: row.seen_count,
    seenAt: row.seen_at,
    writtenCount: row.written_count,
    writtenAt: row.written_at,
    receivedTurns: row.received_count,
    answeredTurns: row.answered_count,
  };
}

function whyKnown(row: z.output<typeof identityRow>, personName: string): string {
  if (row.is_owner) return "you";
  if (row.row_number !== null) return `in contacts.csv, row ${row.row_number}`;
  if (row.in_contacts) return `you said it is ${personName}`;
  if (row.written_count === 0) return "not in contacts.csv, and you never wrote to it";
  const times = row.written_count === 1 ? "once" : `${row.written_count} times`;
  return `you wrote to it ${times}${row.written_at === null ? "" : `, last on ${row.written_at.slice(0, 10)}`}`;
}

function channelOf(kind: IdentityKind, value: string): Channel | "phone" {
  if (kind === "email") return "mail";
  if (kind === "phone") return "phone";
  return channels.find((channel) => value.startsWith(`${channel}:`)) ?? "contacts";
}

function latest(instants: readonly (string | null)[]): string | null {
  return instants.reduce((best, at) => (at !== null && (best === null || at > best) ? at : best), null);
}
