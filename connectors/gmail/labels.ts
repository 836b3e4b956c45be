import type { FetchedMessage, GmailCalls } from "./client.ts";

/** Gmail's own labels in the words of a Takeout export, so that both ways of reading a mailbox speak alike. */
const systemWords = new Map([
  ["INBOX", "Inbox"],
  ["SENT", "Sent"],
  ["UNREAD", "Unread"],
  ["STARRED", "Starred"],
  ["IMPORTANT", "Important"],
  ["SPAM", "Spam"],
  ["TRASH", "Trash"],
  ["DRAFT", "Drafts"],
  ["CHAT", "Chat"],
  ["CATEGORY_PERSONAL", "Category Personal"],
  ["CATEGORY_SOCIAL", "Category Social"],
  ["CATEGORY_PROMOTIONS", "Category Promotions"],
  ["CATEGORY_UPDATES", "Category Updates"],
  ["CATEGORY_FORUMS", "Category Forums"],
]);

/** Names of the owner's own labels change rarely, and asking costs a unit. */
const namesLiveMs = 3_600_000;

/** Turns label ids into the words that are stored. */
export interface LabelWords {
  /** The full set for a message: a message without UNREAD is `Opened`. Asks for names only where it has to. */
  of(labelIds: readonly string[], signal: AbortSignal): Promise<string[]>;
}

export function makeLabelWords(calls: GmailCalls, now: () => number): LabelWords {
  let known: { names: Map<string, string>; atMs: number } | null = null;
  const namesFor = async (ids: readonly string[], signal: AbortSignal): Promise<Map<string, string>> => {
    const ageMs = known === null ? 0 : Math.abs(now() - known.atMs);
    const isEnough = known !== null && ageMs < namesLiveMs && ids.every((id) => known?.names.has(id));
    if (isEnough && known !== null) return known.names;
    const names = await calls.labelNames(signal);
    // A label that was deleted meanwhile has no name any more: it must not be asked for again and again.
    for (const id of ids) if (!names.has(id)) names.set(id, id);
    known = { names, atMs: now() };
    return names;
  };
  return {
    of: async (labelIds, signal) => {
      const own = labelIds.filter((id) => !systemWords.has(id));
      const names = own.length === 0 ? new Map<string, string>() : await namesFor(own, signal);
      const words = labelIds.map((id) => systemWords.get(id) ?? names.get(id) ?? id);
      return [...new Set(labelIds.includes("UNREAD") ? words : [...words, "Opened"])];
    },
  };
}

/** Drafts change with every keystroke and are no messages yet. */
export function isDraft({ labelIds }: Pick<FetchedMessage, "labelIds">): boolean {
  return labelIds.includes("DRAFT");
}

/** Spam and trash are not read; a message that was read and then moved there keeps its text and says where it is. */
export function isHidden({ labelIds }: Pick<FetchedMessage, "labelIds">): boolean {
  return labelIds.includes("SPAM") || labelIds.includes("TRASH");
}
