import { z } from "zod";
import { rawText } from "../../core/untrusted.ts";
import { listNameItems } from "../../store/name-items.ts";
import { searchPeople } from "../../store/person-search.ts";
import { loadSummaries, type PersonSummary } from "../../store/person-summaries.ts";
import { listThreadsWithPerson } from "../../store/threads-with-person.ts";
import { listTitleItems } from "../../store/title-items.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { ownerTime } from "./owner-time.ts";
import { found } from "./tool-result.ts";

const input = z.strictObject({
  who: z.string().min(1).max(200),
  /** Only what the owner's own contacts say: then nothing of others has been read. */
  contactsOnly: z.boolean().optional(),
});
const mostPeople = 5;
const threadsEach = 6;

/** Somebody: how to reach them, what contacts.csv says, and where they write. */
export const personTool: Tool<typeof input> = {
  name: "person",
  description:
    "Who somebody is: addresses (those in `unknown` the owner neither lists nor wrote to), contacts, threads. contactsOnly is enough to pass on what the owner said.",
  input,
  effect: "read",
  run: async ({ who, contactsOnly = false }, context) => {
    const { store, owner } = context;
    const ids = await searchPeople(store, who, mostPeople + 1, owner.region);
    const people = await loadSummaries(store, ids.slice(0, mostPeople));
    const columns = await context.contactColumns();
    if (contactsOnly) return found({ people: people.flatMap((person) => showContact(person, columns)) });
    const shown = await Promise.all(people.map((person) => showPerson(context, person, columns)));
    const none = "Nobody of that name is known: try an address, or search for the name in messages.";
    const more = "More people match: say more of the name, or an address.";
    return found(
      { people: shown.map(({ view }) => view) },
      {
        itemIds: shown.flatMap(({ itemIds }) => itemIds),
        note: people.length === 0 ? none : ids.length > mostPeople ? more : "",
      },
    );
  },
};

/** What the owner wrote down themselves, and where they wrote to: no name that others gave themselves, no title. */
function showContact(person: PersonSummary, columns: ReadonlyMap<string, Readonly<Record<string, string>>>) {
  const contacts = person.contactKey === null ? undefined : columns.get(person.contactKey);
  if (contacts === undefined) return [];
  const values = (kind: string): string[] =>
    person.identities.filter((one) => one.kind === kind && one.known).map(({ value }) => value);
  return [
    { person: person.id, addresses: values("email"), phones: values("phone"), handles: values("handle"), contacts },
  ];
}

async function showPerson(
  { store, owner }: ToolContext,
  person: PersonSummary,
  columns: ReadonlyMap<string, Readonly<Record<string, string>>>,
) {
  const values = (...kinds: string[]): string[] =>
    person.identities.filter(({ kind }) => kinds.includes(kind)).map(({ value }) => value);
  const threads = await listThreadsWithPerson(store, person.id, threadsEach);
  const named = await listNameItems(
    store,
    person.identities.map(({ value }) => value),
  );
  const titles = await listTitleItems(
    store,
    threads.map(({ id }) => id),
  );
  const view = {
    person: person.id,
    names: [...new Set([person.name, ...person.identities.map(({ name }) => name)])].filter((name) => name !== ""),
    addresses: values("email"),
    phones: values("phone"),
    handles: values("handle", "chatname"),
    known: person.known,
    unknown: person.identities.filter(({ known }) => !known).map(({ value }) => value),
    ...(person.isOwner ? { owner: true } : {}),
    writtenTo: person.writtenCount,
    lastAt: ownerTime(person.seenAt, owner.zone),
    contacts: person.contactKey === null ? {} : (columns.get(person.contactKey) ?? {}),
    threads: threads.map(({ id, channel, title, lastAt }) => ({
      thread: id,
      channel,
      title: rawText(title),
      at: ownerTime(lastAt, owner.zone),
    })),
  };
  return { view, itemIds: [...named.values(), ...titles.values()].flat() };
}
