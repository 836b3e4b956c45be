import type { gmail_v1 } from "@googleapis/gmail";
import { badRequest, notFound } from "../google-error.ts";
import { firstHistoryId, type GmailState, type HistoryEntry, type HistoryType, historyTypes } from "./gmail-state.ts";
import type { PageTokens } from "./page-tokens.ts";

export interface HistoryRequest {
  startHistoryId: string;
  types: readonly string[];
  labelId: string | null;
  maxResults: number;
  pageToken: string | undefined;
  tokens: PageTokens;
  /** Records of before this instant are forgotten: an id that old is answered with 404. */
  oldestMs: number;
  /** So many first pages carry a nextPageToken and no `history`. */
  emptyPages: number;
}

/**
 * `users.history.list`: chronological, ids with gaps, `history` absent when there is nothing, `historyId` always the newest.
 * Source: https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.history/list
 */
export function listHistory(state: GmailState, request: HistoryRequest): gmail_v1.Schema$ListHistoryResponse {
  if (!/^\d+$/.test(request.startHistoryId)) throw badRequest("Invalid startHistoryId");
  const start = Number(request.startHistoryId);
  const isKnown = start >= firstHistoryId && start <= state.historyId;
  if (!isKnown || isForgotten(state, start, request.oldestMs)) throw notFound();
  const unknown = request.types.find((type) => !historyTypes.some((one) => one === type));
  if (unknown !== undefined) throw badRequest(`Invalid value at 'history_types' (${unknown})`);
  const wanted = new Set<string>(request.types.length === 0 ? historyTypes : request.types);
  const first = firstAfter(state.history, start);
  const all = state.history
    .slice(first)
    .filter((entry) => wanted.has(entry.type))
    .filter(({ labelIds, changed }) => request.labelId === null || [...labelIds, ...changed].includes(request.labelId));
  const historyId = String(state.historyId);
  const at = request.tokens.read(request.pageToken) ?? -request.emptyPages;
  if (at < 0) return { nextPageToken: request.tokens.make(at + 1), historyId };
  const page = all.slice(at, at + request.maxResults);
  return {
    ...(page.length === 0 ? {} : { history: page.map(toRecord) }),
    ...(at + page.length < all.length ? { nextPageToken: request.tokens.make(at + page.length) } : {}),
    historyId,
  };
}

/** The records between the id and now must all still be there. */
function isForgotten(state: GmailState, start: number, oldestMs: number): boolean {
  const next = state.history[firstAfter(state.history, start)];
  const last = state.history.at(-1);
  return next !== undefined ? next.at < oldestMs : last !== undefined && last.at < oldestMs && start < state.historyId;
}

function firstAfter(history: readonly HistoryEntry[], start: number): number {
  let low = 0;
  let high = history.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((history[middle]?.id ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  return low;
}

const fields: Record<HistoryType, "messagesAdded" | "messagesDeleted" | "labelsAdded" | "labelsRemoved"> = {
  messageAdded: "messagesAdded",
  messageDeleted: "messagesDeleted",
  labelAdded: "labelsAdded",
  labelRemoved: "labelsRemoved",
};

function toRecord(entry: HistoryEntry): gmail_v1.Schema$History {
  const message = { id: entry.messageId, threadId: entry.threadId };
  const full = { ...message, labelIds: entry.labelIds };
  const labelled = entry.type === "labelAdded" || entry.type === "labelRemoved";
  return {
    id: String(entry.id),
    messages: [message],
    [fields[entry.type]]: [labelled ? { message: full, labelIds: entry.changed } : { message: full }],
  };
}
