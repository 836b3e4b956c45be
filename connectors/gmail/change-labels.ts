import { z } from "zod";
import type { Action, Call, Look, LookItem, Outcome, OutgoingRequest, Preview } from "../../src/core/action.ts";
import { blankPreview } from "../../src/core/action.ts";
import { StewardError } from "../../src/core/errors.ts";
import { plural } from "../../src/core/plural.ts";
import { rawText } from "../../src/core/untrusted.ts";
import { gmailIdOf } from "./answered-mail.ts";
import type { GmailDoorClient } from "./door-client.ts";
import { labelsBefore } from "./labels-before.ts";
import { gmailId, toHeaderText } from "./outgoing-mail.ts";
import { readBody } from "./read-sending.ts";

type MailLook = Look<GmailDoorClient>;
type MailCall = Call<GmailDoorClient>;

const mostMessages = 1000;
const labelId = z.string().regex(/^[\w-]{1,100}$/);

/** Labels that go on and off many messages at once. */
export const labelChange = z
  .strictObject({
    /** Gmail's ids, and steward's of the same messages in the same order. */
    ids: z.array(gmailId).min(1).max(mostMessages),
    items: z.array(z.number().int()),
    add: z.array(labelId).max(10),
    remove: z.array(labelId).max(10),
    /** What the label is called; empty where the action says it. */
    label: z.string().max(225),
  })
  .refine(({ ids, items }) => ids.length === items.length && new Set(ids).size === ids.length, "Each message once.");
export type LabelChange = z.output<typeof labelChange>;

/** How to put everything back as it was: only what the change will really alter. */
const putBack = z.strictObject({
  back: z.array(z.strictObject({ ids: z.array(gmailId), add: z.array(labelId), remove: z.array(labelId) })),
});
export type PutBack = z.output<typeof putBack>;

/** Which messages: whole conversations, single items, or both. */
export const whichMails = {
  /** Steward's numbers of conversations. */
  threads: z.array(z.number().int().positive()).max(500).optional(),
  /** Items, for single messages. */
  items: z.array(z.number().int().positive()).max(mostMessages).optional(),
};
interface WhichMails {
  threads?: number[] | undefined;
  items?: number[] | undefined;
}

export type LabelAction<Ask> = Action<Ask, LabelChange, PutBack, PutBack, GmailDoorClient>;

/** What every action that only changes labels has in common. */
export const labelAction: Omit<
  LabelAction<never>,
  "name" | "description" | "ask" | "resolve" | "preview" | "receipt"
> = {
  tier: "change",
  input: labelChange,
  handle: putBack,
  result: putBack,
  raise: () => "change",
  prepare: async (change, call) => ({ back: await labelsBefore(change, call.client, call.signal) }),
  execute: async ({ ids, add, remove }, handle, call) => {
    if (handle === null) throw new StewardError("internal", "Nobody noted how it was before.");
    await call.client.modify({ ids, add, remove }, call.signal);
    return handle;
  },
  readBack: readChange,
  reconcile: settleChange,
  undo: async ({ back }, call) => {
    for (const group of back) await call.client.modify(group, call.signal);
  },
  exclude: (change, lineIds) => {
    const kept = change.ids.flatMap((id, index) => (lineIds.includes(id) ? [] : [index]));
    if (kept.length === 0) throw new StewardError("usage", "Nothing would be left.", { cure: "Reject the card." });
    const pick = <T>(list: readonly T[]): T[] => list.filter((_, index) => kept.includes(index));
    return { ...change, ids: pick(change.ids), items: pick(change.items) };
  },
};

/**
 * The messages of the account that are asked for and that `applies` says would change. Errors: `not_found` when there are
 * none, `usage` for more than 1,000.
 */
export async function pickMails(
  asked: WhichMails,
  look: MailLook,
  applies: (labels: readonly string[]) => boolean,
): Promise<Pick<LabelChange, "ids" | "items">> {
  const threads = await Promise.all((asked.threads ?? []).map((id) => look.thread(id)));
  const single = await Promise.all((asked.items ?? []).map((id) => look.item(id)));
  const items = [...threads.flatMap((thread) => thread?.items ?? []), ...single.filter((item) => item !== null)];
  const found = new Map<string, number>();
  for (const item of items) {
    const id = gmailIdOf(look, item);
    if (id !== null && applies(item.labels)) found.set(id, item.id);
  }
  if (found.size === 0) throw new StewardError("not_found", "No mail of that account is there to be changed so.");
  if (found.size > mostMessages) throw new StewardError("usage", `One card takes ${mostMessages} mails at most.`);
  return { ids: [...found.keys()], items: [...found.values()] };
}

/** Lines by sender; `what` completes "Archive". */
export async function previewChange(
  change: LabelChange,
  look: MailLook,
  words: { verb: string; after?: string; consequences?: string[] },
): Promise<Preview> {
  const items = await Promise.all(change.items.map((item) => look.item(item)));
  const lines = change.ids.map((id, index) => lineOf(id, items[index] ?? null));
  const [only, second] = lines;
  const what = only !== undefined && second === undefined ? `“${only.label}”` : plural(lines.length, "mail");
  const threads = new Set(items.map((item) => item?.threadId ?? null));
  const [thread = null] = threads.size === 1 ? threads : [];
  return {
    ...blankPreview,
    title: `${words.verb} ${what}${words.after ?? ""}`,
    lines,
    consequences: words.consequences ?? [],
    about: { threadId: thread, itemIds: change.items },
  };
}

function lineOf(id: string, item: LookItem | null): Preview["lines"][number] {
  const from = item?.parties.find(({ role }) => role === "from");
  const address = from?.identity.value ?? "";
  const name = from === undefined ? "" : toHeaderText(rawText(from.name), 100);
  const subject = item === null ? "" : toHeaderText(rawText(item.subject), 200);
  const group = name === "" ? address : `${name} (${address})`;
  return { id, label: subject || "(no subject)", detail: item?.sentAt ?? "", group: group || "(unknown)" };
}

const batch = z.strictObject({
  ids: z.array(gmailId).max(mostMessages),
  addLabelIds: z.array(labelId),
  removeLabelIds: z.array(labelId),
});

function readChange(request: OutgoingRequest): Partial<LabelChange> {
  if (request.path !== "/gmail/v1/users/me/messages/batchModify") {
    throw new StewardError("no_permission", "That is no change of labels.");
  }
  const { ids, addLabelIds, removeLabelIds } = readBody(request, batch);
  return { ids, add: addLabelIds, remove: removeLabelIds };
}

/** Done when every message that is still there has its labels so; else it is simply done again, which changes nothing more. */
async function settleChange(change: LabelChange, handle: PutBack | null, call: MailCall): Promise<Outcome<PutBack>> {
  if (handle === null) return { kind: "not_done" };
  const left = await labelsBefore(change, call.client, call.signal);
  return left.length === 0 ? { kind: "done", result: handle } : { kind: "not_done" };
}
