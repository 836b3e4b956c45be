import type { gmail_v1 } from "@googleapis/gmail";
import type { ZodType } from "zod";
import { StewardError } from "../../src/core/errors.ts";
import type { GoogleAccount } from "../google-account/account.ts";
import { fetchBatch } from "./fetch-batch.ts";
import {
  fullAnswer,
  type HistoryPage,
  historyAnswer,
  labelsAnswer,
  listAnswer,
  messageAnswer,
  type Profile,
  profileAnswer,
  type RawMessage,
  rawAnswer,
} from "./gmail-answers.ts";
import { rebuildMessage } from "./rebuild-message.ts";

/**
 * Units of a new project's quota table, in force since May 2026.
 * Source: https://developers.google.com/workspace/gmail/api/reference/quota
 */
export const units = { profile: 1, history: 2, labels: 1, list: 5, get: 20 } as const;

/** Ids a page of a list; Gmail's most. */
export const listSize = 500;
/** Small enough that a poll's page of new messages is fetched in seconds. */
const historySize = 100;
/** What is answered whole, base64 included; more is fetched without attachments. */
const mostRawBytes = 16_000_000;

export interface ListAsk {
  q?: string;
  labelId?: string;
  spamAndTrash?: boolean;
  pageToken: string | null;
  size?: number;
}
export interface IdPage {
  ids: string[];
  nextPageToken: string | null;
}

/** A message as it was fetched: its bytes, or what there is without attachments (`truncatedFromBytes`). */
export interface FetchedMessage {
  id: string;
  threadId: string;
  labelIds: string[];
  internalDate: number;
  bytes: Uint8Array;
  truncatedFromBytes: number | null;
}

/** `huge` is fetched without its attachments, as is a `usual` one that turns out to be; `any` is fetched whole. */
export type MessageSize = "usual" | "huge" | "any";

/** The calls of one mailbox. Errors: those of `GoogleAccount.call`. */
export interface GmailCalls {
  profile(signal: AbortSignal): Promise<Profile>;
  /** Newest first. Null when the page token is no longer accepted. */
  list(ask: ListAsk, signal: AbortSignal): Promise<IdPage | null>;
  /** Null when the id is too old; `expired` when only the page token is. */
  history(
    startHistoryId: string,
    pageToken: string | null,
    signal: AbortSignal,
  ): Promise<HistoryPage | "expired" | null>;
  labelNames(signal: AbortSignal): Promise<Map<string, string>>;
  /** The labels a message has now; null when it is not there. */
  labelsOf(id: string, signal: AbortSignal): Promise<string[] | null>;
  /** Up to 25 at once; what is not there is missing from the answer. */
  fetchMany(ids: readonly string[], signal: AbortSignal): Promise<FetchedMessage[]>;
  /** One; null when it is not there. */
  fetchOne(id: string, size: MessageSize, signal: AbortSignal): Promise<FetchedMessage | null>;
}

type Options = { signal: AbortSignal; retry: false };

/** Binds an account; `now` is for the instants in Google's answers. */
export function gmailCalls(account: GoogleAccount, now: () => number): GmailCalls {
  const ask = askingOf(account);
  return {
    profile: (signal) =>
      ask(units.profile, signal, profileAnswer, (api, o) => api.users.getProfile({ userId: "me" }, o)),
    list: async (given, signal) => {
      const answer = await ask(units.list, signal, listAnswer.nullable(), (api, o) =>
        orExpired(given.pageToken, api.users.messages.list(listQuery(given), o)),
      );
      if (answer === null) return null;
      return { ids: answer.messages.map(({ id }) => id), nextPageToken: answer.nextPageToken ?? null };
    },
    history: async (startHistoryId, pageToken, signal) => {
      const token = pageToken === null ? {} : { pageToken };
      const query = { userId: "me", startHistoryId, maxResults: historySize, ...token };
      const answer = await orMissing(() =>
        ask(units.history, signal, historyAnswer.nullable(), (api, o) =>
          orExpired(pageToken, api.users.history.list(query, o)),
        ),
      );
      if (answer === undefined) return null;
      return answer ?? "expired";
    },
    labelNames: async (signal) => {
      const { labels } = await ask(units.labels, signal, labelsAnswer, (api, o) =>
        api.users.labels.list({ userId: "me" }, o),
      );
      return new Map(labels.map(({ id, name }) => [id, name]));
    },
    labelsOf: async (id, signal) => {
      const answer = await orMissing(() =>
        ask(units.get, signal, messageAnswer, (api, o) =>
          api.users.messages.get({ userId: "me", id, format: "minimal" }, o),
        ),
      );
      return answer?.labelIds ?? null;
    },
    fetchMany: async (ids, signal) => (await fetchBatch(account, now, ids, signal)).map(toFetched),
    fetchOne: async (id, size, signal) => (await orMissing(() => fetchOne(ask, id, size, signal))) ?? null,
  };
}

type Ask = <T>(
  cost: number,
  signal: AbortSignal,
  schema: ZodType<T>,
  send: (api: gmail_v1.Gmail, options: Options) => Promise<{ data: unknown }>,
) => Promise<T>;

/** An answer is decoded before the call counts as made: what a proxy garbled is asked again. */
function askingOf(account: GoogleAccount): Ask {
  return async (cost, signal, schema, send) => {
    const { gmail } = await import("@googleapis/gmail");
    const api = gmail({ version: "v1", auth: account.auth, ...account.rootUrl });
    return await account.call({ service: "gmail", units: cost }, signal, async (options) => {
      const { data } = await send(api, options);
      return { data: schema.parse(data) };
    });
  };
}

function listQuery({
  q,
  labelId,
  spamAndTrash,
  pageToken,
  size,
}: ListAsk): gmail_v1.Params$Resource$Users$Messages$List {
  return {
    userId: "me",
    maxResults: size ?? listSize,
    includeSpamTrash: spamAndTrash ?? false,
    ...(q === undefined ? {} : { q }),
    ...(labelId === undefined ? {} : { labelIds: [labelId] }),
    ...(pageToken === null ? {} : { pageToken }),
  };
}

async function fetchOne(ask: Ask, id: string, size: MessageSize, signal: AbortSignal): Promise<FetchedMessage> {
  if (size === "huge") return await fetchWithoutFiles(ask, id, signal);
  const limit = size === "any" ? {} : { maxContentLength: mostRawBytes };
  const found = await ask(units.get, signal, rawAnswer.nullable(), async (api, options) => {
    try {
      return await api.users.messages.get({ userId: "me", id, format: "raw" }, { ...options, ...limit });
    } catch (error) {
      if (error instanceof Error && error.message.includes("`Content-Length` is over the limit")) return { data: null };
      throw error;
    }
  });
  return found === null ? await fetchWithoutFiles(ask, id, signal) : toFetched(found);
}

async function fetchWithoutFiles(ask: Ask, id: string, signal: AbortSignal): Promise<FetchedMessage> {
  const { payload, ...message } = await ask(units.get, signal, fullAnswer, (api, options) =>
    api.users.messages.get({ userId: "me", id, format: "full" }, options),
  );
  return { ...pick(message), bytes: rebuildMessage(payload), truncatedFromBytes: message.sizeEstimate };
}

function toFetched({ raw, ...message }: RawMessage): FetchedMessage {
  return { ...pick(message), bytes: Buffer.from(raw, "base64url"), truncatedFromBytes: null };
}

function pick({ id, threadId, labelIds, internalDate }: Omit<FetchedMessage, "bytes" | "truncatedFromBytes">) {
  return { id, threadId, labelIds, internalDate };
}

/** Undefined for what is not there. */
async function orMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StewardError && error.code === "not_found") return undefined;
    throw error;
  }
}

/** Null when a page token was refused (400): they are only good for a while, and nothing says how long. */
async function orExpired(pageToken: string | null, sent: Promise<{ data: unknown }>): Promise<{ data: unknown }> {
  try {
    return await sent;
  } catch (error) {
    if (pageToken !== null && error instanceof Error && Reflect.get(error, "status") === 400) return { data: null };
    throw error;
  }
}
