import { z } from "zod";
import type { DigestEntry } from "../../core/digest.ts";
import { listCardsOfThread } from "../../store/cards.ts";
import { findNameItem } from "../../store/name-items.ts";
import { listTitleItems } from "../../store/title-items.ts";
import { readDigest } from "../../triage/read-digest.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { ownerTime } from "./owner-time.ts";
import { found } from "./tool-result.ts";

const input = z.strictObject({ limit: z.int().min(1).max(60) });

/** What the owner missed, judged anew; what they have seen stays as it is. */
export const overviewTool: Tool<typeof input> = {
  name: "overview",
  description: "What needs the owner now: the digest as it stands, most pressing first.",
  input,
  effect: "read",
  run: async ({ limit }, context) => {
    const reading = { setting: context.triage, nowMs: context.clock.now() };
    const { digest } = await readDigest(context.store, reading, { since: null, limit, showIgnored: false });
    const entries = [...digest.newEntries, ...digest.openEntries].slice(0, limit);
    const { ignored, toKnow, muted, snoozed, done } = digest.notShown;
    const data = {
      entries: await Promise.all(entries.map((entry) => showEntry(context, entry))),
      more: digest.more.new + digest.more.open,
      notShown: { ignored, toKnow, muted, snoozed, done },
    };
    return found(data, { itemIds: (await Promise.all(entries.map((entry) => itemsOf(context, entry)))).flat() });
  },
};

async function showEntry({ store, owner }: ToolContext, entry: DigestEntry) {
  const [card] = await listCardsOfThread(store, entry.threadId, ["proposed"]);
  return {
    thread: entry.threadId,
    ...(entry.alsoThreadIds.length === 0 ? {} : { also: entry.alsoThreadIds }),
    class: entry.class,
    channel: entry.channel,
    who: entry.who,
    title: entry.title,
    line: entry.line,
    since: ownerTime(entry.since, owner.zone),
    card: card?.number ?? null,
  };
}

/** Whence the line, the title and the name come. */
async function itemsOf({ store }: ToolContext, entry: DigestEntry): Promise<number[]> {
  const titles = (await listTitleItems(store, [entry.threadId])).get(entry.threadId) ?? [];
  const name = await findNameItem(store, entry.threadId, entry.who);
  return [entry.itemId, name, ...entry.itemIds, ...titles].flatMap((id) => id ?? []);
}
