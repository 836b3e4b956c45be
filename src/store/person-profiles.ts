import { z } from "zod";
import { type Channel, channels, untrustedSchema } from "../core/item.ts";
import type { Untrusted } from "../core/untrusted.ts";
import { listCommitments, type StoredCommitment } from "./commitments.ts";
import type { Store } from "./open-store.ts";
import { loadContactRows, type StoredContactRow } from "./person-contact-rows.ts";
import { listSamePersonQuestions, type SamePersonQuestion } from "./person-questions.ts";
import { searchPeople } from "./person-search.ts";
import { loadSummaries, type PersonSummary } from "./person-summaries.ts";
import { flag } from "./row-types.ts";

const threadRow = z.object({
  id: z.number(),
  title: untrustedSchema,
  channel: z.enum(channels),
  is_group: flag,
  last_at: z.string().nullable(),
});

export interface PersonThread {
  threadId: number;
  title: Untrusted;
  channel: Channel;
  lastAt: string | null;
}

/** Everything about one person. */
export interface PersonProfile extends PersonSummary {
  /** Their row of contacts.csv, null when they have none. */
  contactRow: StoredContactRow | null;
  recentThreads: PersonThread[];
  /** Group chats they are in. */
  sharedChats: PersonThread[];
  /** What they promised and what was promised to them, open ones first. */
  commitments: StoredCommitment[];
  /** "Is this the same person?" about them. */
  questions: SamePersonQuestion[];
}

const candidateLimit = 5;

/** The people a name, address, number or handle may mean, best first, at most five; empty when nobody fits. */
export async function getPerson(
  store: Store,
  nameOrAddress: string,
  options: { region?: string } = {},
): Promise<PersonProfile[]> {
  const ids = await searchPeople(store, nameOrAddress, candidateLimit, options.region);
  const summaries = await loadSummaries(store, ids);
  if (summaries.length === 0) return [];
  const rows = new Map((await loadContactRows(store)).map((row) => [row.key, row]));
  const commitments = await listCommitments(store, { all: true });
  const questions = await listSamePersonQuestions(store, { limit: 1000 });
  return summaries.map((person) => {
    const values = new Set(person.identities.map((one) => one.value));
    const threads = loadThreads(store, person.id);
    return {
      ...person,
      contactRow: person.contactKey === null ? null : (rows.get(person.contactKey) ?? null),
      recentThreads: threads
        .filter((thread) => !thread.is_group)
        .slice(0, 10)
        .map(toThread),
      sharedChats: threads
        .filter((thread) => thread.is_group)
        .slice(0, 20)
        .map(toThread),
      commitments: commitments
        .filter((one) => values.has(one.address))
        .sort((a, b) => Number(isClosed(a)) - Number(isClosed(b)))
        .slice(0, 20),
      questions: questions.filter((one) => one.personId === person.id || one.contactPersonId === person.id),
    };
  });
}

/** Threads of the newest items somebody takes part in: of a million messages only the last thousands are looked at. */
function loadThreads(store: Store, personId: number): z.output<typeof threadRow>[] {
  return store.read.all(
    threadRow,
    `SELECT id, title, channel, is_group, last_at FROM threads WHERE id IN (
       SELECT i.thread_id FROM items i WHERE i.thread_id IS NOT NULL AND i.superseded_by IS NULL AND i.id IN (
         SELECT p.item_id FROM item_parties p JOIN identities n ON n.id = p.identity_id
         WHERE n.person_id = ? ORDER BY p.item_id DESC LIMIT 3000))
     ORDER BY last_at DESC LIMIT 200`,
    personId,
  );
}

function toThread(row: z.output<typeof threadRow>): PersonThread {
  return { threadId: row.id, title: row.title, channel: row.channel, lastAt: row.last_at };
}

function isClosed(one: StoredCommitment): boolean {
  return one.state === "done" || one.state === "void";
}
