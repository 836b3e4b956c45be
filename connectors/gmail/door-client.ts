import { type ZodType, z } from "zod";
import { StewardError } from "../../src/core/errors.ts";
import { type AccountRequest, readJson, type WritingAccount } from "../google-account/writing-account.ts";
import { gmailId } from "./outgoing-mail.ts";

/** What the door asks of one mailbox. Every call is one request, sent once. Errors: those of `WritingAccount`. */
export interface GmailDoorClient {
  email: string;
  /** Addresses this mailbox may send as, accepted ones only. */
  sendAs(signal: AbortSignal): Promise<SendAs[]>;
  /** Ids by name. */
  labels(signal: AbortSignal): Promise<Map<string, string>>;
  /** A message's labels and these header fields; null when it is not there. */
  head(id: string, fields: readonly string[], signal: AbortSignal): Promise<MessageHead | null>;
  /** The same of a whole conversation. */
  thread(id: string, fields: readonly string[], signal: AbortSignal): Promise<MessageHead[] | null>;
  /** Newest first, 500 a page. */
  labelled(label: string, pageToken: string | null, signal: AbortSignal): Promise<IdPage>;
  /** Ids of drafts, newest first. */
  drafts(signal: AbortSignal): Promise<string[]>;
  /** A draft's header; null when it is not there. */
  draftHead(id: string, signal: AbortSignal): Promise<MessageHead | null>;
  draftBytes(id: string, signal: AbortSignal): Promise<Uint8Array | null>;
  createDraft(
    bytes: Uint8Array,
    threadId: string | null,
    signal: AbortSignal,
  ): Promise<{ id: string; threadId: string }>;
  /** Uses the draft up. */
  sendDraft(id: string, signal: AbortSignal): Promise<{ id: string; threadId: string }>;
  /** Of at most 1,000 messages at once. */
  modify(
    change: { ids: readonly string[]; add: readonly string[]; remove: readonly string[] },
    signal: AbortSignal,
  ): Promise<void>;
}

const sendAsAnswer = z.object({
  sendAs: z
    .array(
      z.object({
        sendAsEmail: z.string(),
        displayName: z.string().default(""),
        isDefault: z.boolean().default(false),
        isPrimary: z.boolean().default(false),
        verificationStatus: z.string().optional(),
      }),
    )
    .default([]),
});
export type SendAs = z.output<typeof sendAsAnswer>["sendAs"][number];

const labelsAnswer = z.object({ labels: z.array(z.object({ id: gmailId, name: z.string() })).default([]) });
const placeAnswer = z.object({ id: gmailId, threadId: gmailId });
const headAnswer = placeAnswer.extend({
  labelIds: z.array(z.string()).default([]),
  internalDate: z.coerce.number().default(0),
  payload: z
    .object({ headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]) })
    .default({ headers: [] }),
});
export type MessageHead = z.output<typeof headAnswer>;
const threadAnswer = z.object({ messages: z.array(headAnswer).default([]) });
const idsAnswer = z.object({
  messages: z.array(z.object({ id: gmailId })).default([]),
  nextPageToken: z.string().optional(),
});
const draftsAnswer = z.object({ drafts: z.array(z.object({ id: gmailId })).default([]) });
const draftAnswer = z.object({ id: gmailId, message: headAnswer });
const draftBytesAnswer = z.object({ message: z.object({ raw: z.string() }) });
const draftMade = z.object({ id: gmailId, message: placeAnswer });

export interface IdPage {
  ids: string[];
  nextPageToken: string | null;
}

export const gmailRoot = "https://gmail.googleapis.com/gmail/v1/users/me";

/** Source: https://developers.google.com/workspace/gmail/api/reference/rest */
export function gmailDoorClient(account: WritingAccount): GmailDoorClient {
  const get = getter(account);
  const post = async (path: string, body: unknown, signal: AbortSignal) =>
    await account.send({
      service: "gmail",
      method: "POST",
      url: `${gmailRoot}/${path}`,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal,
    });
  const metadata = (fields: readonly string[]): [string, string][] => [
    ["format", "metadata"],
    ...fields.map((name): [string, string] => ["metadataHeaders", name]),
  ];
  return {
    email: account.email,
    sendAs: async (signal) => {
      const { sendAs } = await get("settings/sendAs", [], sendAsAnswer, signal);
      return sendAs.filter(({ isPrimary, verificationStatus }) => isPrimary || verificationStatus === "accepted");
    },
    labels: async (signal) => {
      const { labels } = await get("labels", [], labelsAnswer, signal);
      return new Map(labels.map(({ id, name }) => [name, id]));
    },
    head: (id, fields, signal) => orNull(get(`messages/${id}`, metadata(fields), headAnswer, signal)),
    thread: async (id, fields, signal) =>
      (await orNull(get(`threads/${id}`, metadata(fields), threadAnswer, signal)))?.messages ?? null,
    labelled: async (label, pageToken, signal) => {
      const query: [string, string][] = [
        ["labelIds", label],
        ["maxResults", "500"],
        ["includeSpamTrash", "true"],
      ];
      if (pageToken !== null) query.push(["pageToken", pageToken]);
      const { messages, nextPageToken } = await get("messages", query, idsAnswer, signal);
      return { ids: messages.map(({ id }) => id), nextPageToken: nextPageToken ?? null };
    },
    drafts: async (signal) =>
      (await get("drafts", [["maxResults", "100"]], draftsAnswer, signal)).drafts.map(({ id }) => id),
    draftHead: async (id, signal) =>
      (await orNull(get(`drafts/${id}`, [["format", "metadata"]], draftAnswer, signal)))?.message ?? null,
    draftBytes: async (id, signal) => {
      const found = await orNull(get(`drafts/${id}`, [["format", "raw"]], draftBytesAnswer, signal));
      return found === null ? null : new Uint8Array(Buffer.from(found.message.raw, "base64url"));
    },
    createDraft: async (bytes, threadId, signal) => {
      const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
      const message = threadId === null ? { raw } : { raw, threadId };
      const made = readJson(await post("drafts", { message }, signal), draftMade);
      return { id: made.id, threadId: made.message.threadId };
    },
    sendDraft: async (id, signal) => readJson(await post("drafts/send", { id }, signal), placeAnswer),
    modify: async ({ ids, add, remove }, signal) => {
      const answer = await post("messages/batchModify", { ids, addLabelIds: add, removeLabelIds: remove }, signal);
      // Gmail answers with nothing; a proxy's page under a good status says nothing about Gmail.
      if (answer.body.byteLength > 0) readJson(answer, z.object({}));
    },
  };
}

type Get = <T>(path: string, query: readonly [string, string][], schema: ZodType<T>, signal: AbortSignal) => Promise<T>;

function getter(account: WritingAccount): Get {
  return async (path, query, schema, signal) => {
    const search = query.length === 0 ? "" : `?${new URLSearchParams(query.map(([name, value]) => [name, value]))}`;
    const request: AccountRequest = { service: "gmail", method: "GET", url: `${gmailRoot}/${path}${search}`, signal };
    return readJson(await account.send(request), schema);
  };
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof StewardError && error.code === "not_found") return null;
    throw error;
  }
}
