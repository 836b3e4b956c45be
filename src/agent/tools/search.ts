import { z } from "zod";
import { rawText } from "../../core/untrusted.ts";
import { listSenders } from "../../store/name-items.ts";
import { searchItems } from "../../store/search.ts";
import { parseQuery } from "../../store/search-query.ts";
import type { Tool } from "../tool.ts";
import { ownerTime } from "./owner-time.ts";
import { partyWords } from "./party-words.ts";
import { found } from "./tool-result.ts";

const input = z.strictObject({ words: z.string().min(1).max(400), limit: z.int().min(1).max(30) });

/** The owner's own search, best and recent first. */
export const searchTool: Tool<typeof input> = {
  name: "search",
  description:
    'Search everything. All words must occur; "exact words", licen*, a OR b, -not, from: to: subject: in:whatsapp after:2026-10-01 before: has:attachment is:unanswered.',
  input,
  effect: "read",
  run: async ({ words, limit }, { store, owner, clock }) => {
    const nowMs = clock.now();
    const query = parseQuery(words, { zone: owner.zone, nowMs });
    const { hits, total, totalIsExact, notes } = await searchItems(store, query, { limit, order: "relevance", nowMs });
    const itemIds = hits.map(({ itemId }) => itemId);
    const senders = await listSenders(store, itemIds);
    const data = {
      hits: hits.map((hit) => ({
        item: hit.itemId,
        thread: hit.threadId,
        channel: hit.channel,
        from: partyWords(senders.get(hit.itemId) ?? { name: "", value: "" }),
        at: ownerTime(hit.sentAt, owner.zone),
        title: rawText(hit.subject),
        snippet: rawText(hit.snippet.text),
      })),
      more: Math.max(0, total - hits.length),
      ...(notes.length === 0 ? {} : { notes }),
    };
    const bound = totalIsExact ? "" : "There are more than are counted.";
    const none = hits.length === 0 ? "Nothing has all these words: try fewer, or licen* for a beginning." : "";
    return found(data, { itemIds, note: `${bound}${none}` });
  },
};
