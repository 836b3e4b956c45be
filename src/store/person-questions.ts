import { z } from "zod";
import { fold } from "../core/fold.ts";
import { type IdentityKind, identityKinds } from "../core/item.ts";
import type { Store } from "./open-store.ts";
import { isNameOnly, loadContactRows, type StoredContactRow } from "./person-contact-rows.ts";
import { nameIdentityKind } from "./person-references.ts";

/** "Is this the same person?": an identity outside contacts.csv that goes by the name of somebody in it. */
export interface SamePersonQuestion {
  identityId: number;
  personId: number;
  kind: IdentityKind;
  value: string;
  /** As others wrote it: escape it for a screen. */
  name: string;
  contactPersonId: number;
  contactName: string;
  /** An identity of the contact; null when the row is a name only. Then yes is best said by `edit`, no by its person id. */
  contactIdentityId: number | null;
  /** What in contacts.csv would say the same, exactly. */
  edit: { rowNumber: number; column: "emails" | "phones" | "handles"; value: string };
  /** For and against, in words, the strongest first. Holds names as others wrote them. */
  evidence: string[];
  /** Why it is asked now, in words. */
  matters: string;
}

const candidateRow = z.object({
  id: z.number(),
  person_id: z.number(),
  kind: z.enum(identityKinds),
  value: z.string(),
  name: z.string(),
  seen_count: z.number(),
  seen_at: z.string().nullable(),
  written_count: z.number(),
});
type Candidate = z.output<typeof candidateRow>;

const contactIdentityRow = z.object({
  id: z.number(),
  person_id: z.number(),
  value: z.string(),
  name: z.string(),
  kind: z.string(),
});
type ContactIdentity = z.output<typeof contactIdentityRow>;

interface Contact {
  row: StoredContactRow;
  personId: number;
  identities: ContactIdentity[];
}

const recentDays = 90;

/**
 * Questions for the owner, those that matter most first. A name is never enough to join anybody, so an equal name (after
 * `fold`) becomes a question, and only when the answer matters: they wrote within 90 days of the newest message, the owner
 * wrote to them, or a chat with them would become one with a known person. Never asked: what was decided (either way) about
 * these two people, and senders whose messages look like a trap.
 */
export async function listSamePersonQuestions(store: Store, options: { limit: number }): Promise<SamePersonQuestion[]> {
  const contacts = await loadContacts(store);
  if (contacts.length === 0) return [];
  const byName = indexNames(contacts);
  const decided = loadDecided(store);
  const newestAt =
    store.read.all(z.object({ at: z.string().nullable() }), "SELECT max(seen_at) AS at FROM identities")[0]?.at ?? "";
  const recentAt = newestAt === "" ? "" : new Date(Date.parse(newestAt) - recentDays * 86_400_000).toISOString();
  const questions: { question: SamePersonQuestion; rank: number }[] = [];
  for (const candidate of loadCandidates(store)) {
    for (const [contact, source] of byName.get(fold(calledName(candidate)).trim()) ?? []) {
      if (candidate.person_id === contact.personId || decided.has(pairKey(candidate.person_id, contact.personId)))
        continue;
      const matters = whyItMatters(candidate, recentAt);
      if (matters === null || looksLikeTrap(store, candidate.id)) continue;
      questions.push({ question: toQuestion(candidate, contact, source, matters), rank: rankOf(candidate, recentAt) });
    }
  }
  return questions
    .sort((a, b) => b.rank - a.rank || a.question.identityId - b.question.identityId)
    .slice(0, options.limit)
    .map((one) => one.question);
}

async function loadContacts(store: Store): Promise<Contact[]> {
  const identities = Map.groupBy(
    store.read.all(
      contactIdentityRow,
      "SELECT id, person_id, value, name, kind FROM identities WHERE in_contacts = 1 AND is_owner = 0 ORDER BY id",
    ),
    (row) => row.person_id,
  );
  return (await loadContactRows(store)).flatMap((row) => {
    const personId = store.read.number("SELECT id FROM people WHERE contact_key = ?", row.key);
    if (personId === null || isOwner(store, personId)) return [];
    return [{ row, personId, identities: identities.get(personId) ?? [] }];
  });
}

function isOwner(store: Store, personId: number): boolean {
  return store.read.number("SELECT 1 FROM identities WHERE person_id = ? AND is_owner = 1", personId) !== null;
}

function indexNames(contacts: readonly Contact[]): Map<string, [Contact, string][]> {
  const index = new Map<string, [Contact, string][]>();
  const add = (name: string, contact: Contact, source: string): void => {
    const key = fold(name).trim();
    const list = index.get(key) ?? [];
    if (key === "" || list.some(([other]) => other === contact)) return;
    index.set(key, [...list, [contact, source]]);
  };
  for (const contact of contacts) {
    const place = `row ${contact.row.rowNumber} of contacts.csv`;
    add(contact.row.name, contact, `it goes by the name in ${place}`);
    for (const alias of contact.row.aliases) add(alias, contact, `it goes by an alias in ${place}`);
    for (const one of contact.identities) {
      if (one.name.includes(" ")) add(one.name, contact, `it goes by the name that ${one.value} writes under`);
    }
  }
  return index;
}

function loadCandidates(store: Store): Candidate[] {
  return store.read
    .all(
      candidateRow,
      `SELECT id, person_id, kind, value, name, seen_count, seen_at, written_count FROM identities
       WHERE in_contacts = 0 AND is_owner = 0 AND seen_count + written_count > 0 AND (name <> '' OR kind = 'chatname')`,
    )
    .filter((one) => one.kind === "chatname" || /\S\s+\S/.test(one.name));
}

function calledName(candidate: Candidate): string {
  return candidate.kind === "chatname" ? candidate.value.slice(candidate.value.indexOf(":") + 1) : candidate.name;
}

const decisionRow = z.object({ x: z.number(), y: z.number() });

/** Pairs of people about whom the owner has said anything: one word about two people settles all their identities. */
function loadDecided(store: Store): Set<string> {
  const rows = store.read.all(
    decisionRow,
    `SELECT x.person_id AS x, y.person_id AS y FROM person_decisions d
     JOIN identities x ON x.id = d.a JOIN identities y ON y.id = d.b`,
  );
  return new Set(rows.map((row) => pairKey(row.x, row.y)));
}

function pairKey(a: number, b: number): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

function whyItMatters(candidate: Candidate, recentAt: string): string | null {
  if ((candidate.seen_at ?? "") >= recentAt && candidate.seen_count > 0) return "they wrote within the last 90 days";
  if (candidate.written_count > 0) return "you have written to them";
  return candidate.kind === "chatname" ? "you share a chat, and they would count as known" : null;
}

function rankOf(candidate: Candidate, recentAt: string): number {
  return (
    Number((candidate.seen_at ?? "") >= recentAt) * 1000 +
    Math.min(candidate.written_count, 20) * 20 +
    Math.min(candidate.seen_count, 100)
  );
}

function looksLikeTrap(store: Store, identityId: number): boolean {
  const found = store.read.number(
    "SELECT 1 FROM verdicts v WHERE v.class = 'care' AND v.thread_id IN (SELECT thread_id FROM items WHERE sender_id = ?) LIMIT 1",
    identityId,
  );
  return found !== null;
}

function toQuestion(candidate: Candidate, contact: Contact, source: string, matters: string): SamePersonQuestion {
  const column = candidate.kind === "email" ? "emails" : candidate.kind === "phone" ? "phones" : "handles";
  return {
    identityId: candidate.id,
    personId: candidate.person_id,
    kind: candidate.kind,
    value: candidate.value,
    name: calledName(candidate),
    contactPersonId: contact.personId,
    contactName: contact.row.name,
    contactIdentityId: contact.identities.find((one) => !isNameOnly(one.value))?.id ?? null,
    edit: { rowNumber: contact.row.rowNumber, column, value: candidate.value },
    evidence: [source, ...weighEvidence(candidate, contact)],
    matters,
  };
}

function weighEvidence(candidate: Candidate, contact: Contact): string[] {
  const kind = nameIdentityKind(candidate.kind);
  const written =
    candidate.written_count === 0
      ? `you never wrote to this ${kind}`
      : `you wrote to this ${kind} ${candidate.written_count === 1 ? "once" : `${candidate.written_count} times`}`;
  const seen =
    candidate.seen_count === 0
      ? "nothing came from it"
      : `${candidate.seen_count} came from it${candidate.seen_at ? `, last on ${candidate.seen_at.slice(0, 10)}` : ""}`;
  const domain = candidate.kind === "email" ? candidate.value.slice(candidate.value.lastIndexOf("@") + 1) : null;
  const others = contact.identities.filter((one) => one.kind === "email").map((one) => one.value);
  const isSameDomain = domain !== null && others.some((value) => value.endsWith(`@${domain}`));
  const place =
    domain === null || others.length === 0
      ? []
      : [
          isSameDomain
            ? `same domain as ${others[0]}`
            : `another domain than ${others[0]}; anybody can write under any name`,
        ];
  return [...place, written, seen];
}
