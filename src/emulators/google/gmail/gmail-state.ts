import { headerOf, readHead } from "./mime-tree.ts";

/** A message as the mailbox holds it. `raw` is RFC 5322 bytes; the rest is what Gmail keeps beside them. */
export interface StoredMessage {
  /** 16 hexadecimal digits, as in Takeout's separator lines (there in decimal). */
  id: string;
  threadId: string;
  labelIds: string[];
  /** Milliseconds since 1970. */
  internalDate: number;
  historyId: number;
  raw: Uint8Array;
  /** World time at which the mailbox got it: the search index lags behind it. */
  arrivedAt: number;
}

export const historyTypes = ["messageAdded", "messageDeleted", "labelAdded", "labelRemoved"] as const;
export type HistoryType = (typeof historyTypes)[number];

export interface HistoryEntry {
  id: number;
  at: number;
  type: HistoryType;
  messageId: string;
  threadId: string;
  /** The message's labels after the change. */
  labelIds: string[];
  /** Those that were added or removed. */
  changed: string[];
}

export interface SendAs {
  sendAsEmail: string;
  displayName: string;
  isPrimary: boolean;
  isDefault: boolean;
  verificationStatus: "accepted" | "pending";
}

/** One mailbox. Plain data (Maps and typed arrays included), so that a world can be snapshotted. */
export interface GmailState {
  account: string;
  messages: Map<string, StoredMessage>;
  /** Ids by internalDate, oldest first. */
  byDate: string[];
  threads: Map<string, string[]>;
  /** RFC 5322 Message-ID → id of the message that carries it. */
  byMessageId: Map<string, string>;
  drafts: Map<string, { id: string; messageId: string }>;
  ownLabels: Map<string, string>;
  history: HistoryEntry[];
  historyId: number;
  /** Counts what is made here, for ids. */
  made: number;
  sendAs: SendAs[];
}

export const systemLabels = [
  "INBOX",
  "UNREAD",
  "STARRED",
  "IMPORTANT",
  "SENT",
  "DRAFT",
  "SPAM",
  "TRASH",
  "CHAT",
  "CATEGORY_PERSONAL",
  "CATEGORY_SOCIAL",
  "CATEGORY_PROMOTIONS",
  "CATEGORY_UPDATES",
  "CATEGORY_FORUMS",
] as const;

/** Where the history of a mailbox begins here: nothing is known of before. */
export const firstHistoryId = 1000;

export function blankMailbox(account: string, name = ""): GmailState {
  return {
    account,
    messages: new Map(),
    byDate: [],
    threads: new Map(),
    byMessageId: new Map(),
    drafts: new Map(),
    ownLabels: new Map(),
    history: [],
    historyId: firstHistoryId,
    made: 0,
    sendAs: [
      { sendAsEmail: account, displayName: name, isPrimary: true, isDefault: true, verificationStatus: "accepted" },
    ],
  };
}

/** Puts a message into the mailbox's indexes. History is the caller's, because a seeded mailbox has none. */
export function putMessage(state: GmailState, message: StoredMessage, messageId: string | null): void {
  // A copy of its own: a small buffer is a window on a large one, which it would keep alive.
  message.raw = new Uint8Array(message.raw);
  state.messages.set(message.id, message);
  state.byDate.splice(placeOf(state, message), 0, message.id);
  const thread = state.threads.get(message.threadId) ?? [];
  if (thread.length === 0) state.threads.set(message.threadId, thread);
  thread.push(message.id);
  if (messageId !== null) state.byMessageId.set(messageId, message.id);
}

/** Removes it for good. */
export function dropMessage(state: GmailState, id: string): StoredMessage | null {
  const message = state.messages.get(id);
  if (message === undefined) return null;
  const at = state.byDate.lastIndexOf(id, placeOf(state, message));
  if (at >= 0) state.byDate.splice(at, 1);
  state.messages.delete(id);
  const messageId = headerOf(readHead(message.raw), "message-id") ?? "";
  if (state.byMessageId.get(messageId) === id) state.byMessageId.delete(messageId);
  const rest = (state.threads.get(message.threadId) ?? []).filter((one) => one !== id);
  if (rest.length === 0) state.threads.delete(message.threadId);
  else state.threads.set(message.threadId, rest);
  return message;
}

/** Notes a change in the mailbox's history and moves the message's own history id. */
export function noteHistory(
  state: GmailState,
  at: number,
  type: HistoryType,
  message: StoredMessage,
  changed: readonly string[] = [],
): void {
  // Ids grow and have gaps.
  state.historyId += 1 + (state.history.length % 7);
  message.historyId = state.historyId;
  state.history.push({
    id: state.historyId,
    at,
    type,
    messageId: message.id,
    threadId: message.threadId,
    labelIds: [...message.labelIds],
    changed: [...changed],
  });
}

/** Changes labels by set semantics; what is so already makes no history. */
export function relabel(
  state: GmailState,
  at: number,
  message: StoredMessage,
  change: { add: readonly string[]; remove: readonly string[] },
): void {
  const added = change.add.filter((label) => !message.labelIds.includes(label));
  const removed = change.remove.filter((label) => message.labelIds.includes(label));
  message.labelIds = [...message.labelIds.filter((label) => !removed.includes(label)), ...added];
  if (added.length > 0) noteHistory(state, at, "labelAdded", message, added);
  if (removed.length > 0) noteHistory(state, at, "labelRemoved", message, removed);
}

/** A new id: 16 hexadecimal digits that grow with time, as Gmail's do. */
export function newMessageId(state: GmailState, nowMs: number): string {
  state.made += 1;
  return ((BigInt(Math.max(0, Math.floor(nowMs))) << 20n) | BigInt(state.made % 1_048_576))
    .toString(16)
    .padStart(16, "0");
}

function placeOf(state: GmailState, message: StoredMessage): number {
  let low = 0;
  let high = state.byDate.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = state.messages.get(state.byDate[middle] ?? "");
    if (other !== undefined && other.internalDate <= message.internalDate) low = middle + 1;
    else high = middle;
  }
  return low;
}
