import type { HistoryRecord } from "./gmail-answers.ts";

/** What a page of history says about one message, after all of it: the last word counts. */
export interface MessageNews {
  id: string;
  /** To be fetched: it is new, or came back from where it was not read. */
  isNew: boolean;
  isDeleted: boolean;
  /** Its labels were changed. */
  isRelabelled: boolean;
  /** The labels it has by now; null where the history does not say. */
  labelIds: string[] | null;
}

/** Labels under which a message is not read. */
const unread = new Set(["SPAM", "TRASH", "DRAFT"]);

/**
 * What a page of history comes to, one entry a message, in the order in which they are first named. Contract: pure; records are
 * applied in their order, so that applying a page twice gives the same.
 */
export function readHistory(records: readonly HistoryRecord[]): MessageNews[] {
  const news = new Map<string, MessageNews>();
  const entry = (id: string): MessageNews => {
    const known = news.get(id) ?? { id, isNew: false, isDeleted: false, isRelabelled: false, labelIds: null };
    news.set(id, known);
    return known;
  };
  for (const record of records) {
    for (const { message } of record.messagesAdded) {
      Object.assign(entry(message.id), { isNew: true, isDeleted: false, labelIds: message.labelIds ?? null });
    }
    for (const { message } of record.labelsAdded) {
      Object.assign(entry(message.id), { isRelabelled: true, labelIds: message.labelIds ?? null });
    }
    for (const { message, labelIds } of record.labelsRemoved) {
      const one = entry(message.id);
      Object.assign(one, { isRelabelled: true, labelIds: message.labelIds ?? null });
      if (labelIds.some((label) => unread.has(label))) one.isNew = true;
    }
    for (const { message } of record.messagesDeleted) Object.assign(entry(message.id), { isDeleted: true });
  }
  return [...news.values()];
}

/** Whether something disappeared from lists, which shifts what a page token points at. */
export function hasRemovals(records: readonly HistoryRecord[]): boolean {
  return records.some(
    ({ messagesDeleted, labelsRemoved, labelsAdded }) =>
      messagesDeleted.length > 0 ||
      labelsRemoved.length > 0 ||
      labelsAdded.some(({ labelIds }) => labelIds.some((label) => unread.has(label))),
  );
}
