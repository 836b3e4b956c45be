import type { gmail_v1 } from "@googleapis/gmail";
import type { Hono } from "hono";
import { notFound } from "../google-error.ts";
import type { EmulatorEnv, SharedWorld } from "../service.ts";
import { changeLabels, deleteForever, trashing, untrashing } from "./change-messages.ts";
import type { GmailState, StoredMessage } from "./gmail-state.ts";
import { checkChange, countParam, isTooNew, jsonBody, listField, type Mailboxes, openMailbox } from "./mailboxes.ts";
import { messageResource, snippetOf } from "./message-resource.ts";
import { pageOf } from "./page-tokens.ts";
import { readFormat } from "./routes-messages.ts";
import { readSelection, selectMessages } from "./select-messages.ts";

const base = "/gmail/v1/users/:user/threads";

/** users.threads.*; a search matches single messages, not whole threads, as the API's does. */
export function mountThreads(app: Hono<EmulatorEnv>, boxes: Mailboxes): void {
  const { shared } = boxes;
  app.get(base, (c) => {
    const state = openMailbox(c, boxes, 10);
    const { selection, tokens } = readSelection(c, boxes);
    const newest = new Map<string, StoredMessage>();
    for (const message of selectMessages(state, boxes, selection)) {
      if (!newest.has(message.threadId)) newest.set(message.threadId, message);
    }
    const size = countParam(c.req.query("maxResults"), 100, 500);
    const { items, nextPageToken } = pageOf([...newest], c.req.query("pageToken"), size, tokens);
    const threads = items.map(([id, message]) => ({
      id,
      historyId: newestHistoryId(messagesOf(state, id, null)),
      snippet: snippetOf(message),
    }));
    const answer: gmail_v1.Schema$ListThreadsResponse = {
      ...(items.length === 0 ? {} : { threads }),
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
      resultSizeEstimate: Math.min(201, newest.size),
    };
    return c.json(answer);
  });
  app.get(`${base}/:id`, (c) => {
    const state = openMailbox(c, boxes, 40);
    const messages = messagesOf(state, c.req.param("id"), shared);
    const format = readFormat(c);
    const headers = c.req.queries("metadataHeaders") ?? [];
    const answer: gmail_v1.Schema$Thread = {
      id: c.req.param("id"),
      historyId: newestHistoryId(messages),
      messages: messages.map((message) => messageResource(message, format, { headers })),
    };
    return c.json(answer);
  });
  app.post(`${base}/:id/:verb{(?:modify|trash|untrash)}`, async (c) => {
    const state = openMailbox(c, boxes, 10);
    const body = await jsonBody(c);
    const verb = c.req.param("verb");
    const asked = { add: listField(body, "addLabelIds"), remove: listField(body, "removeLabelIds") };
    const change = verb === "modify" ? asked : verb === "trash" ? trashing : untrashing;
    const messages = messagesOf(state, c.req.param("id"), shared);
    checkChange(state, change);
    for (const message of messages) changeLabels(state, message, change, boxes);
    const answer: gmail_v1.Schema$Thread = {
      id: c.req.param("id"),
      messages: messages.map((one) => messageResource(one, "minimal")),
    };
    return c.json(answer);
  });
  app.delete(`${base}/:id`, (c) => {
    const state = openMailbox(c, boxes, 20);
    for (const message of messagesOf(state, c.req.param("id"), shared)) deleteForever(state, message, boxes);
    return c.body(null, 204);
  });
}

/** Oldest first; with a world, only what can be got already. Errors: 404 for a thread of which nothing is there. */
function messagesOf(state: GmailState, threadId: string, shared: SharedWorld | null): StoredMessage[] {
  const messages = (state.threads.get(threadId) ?? [])
    .flatMap((id) => state.messages.get(id) ?? [])
    .filter((message) => shared === null || !isTooNew(message, shared));
  if (messages.length === 0) throw notFound();
  return messages.sort((a, b) => a.internalDate - b.internalDate);
}

function newestHistoryId(messages: readonly StoredMessage[]): string {
  return String(Math.max(...messages.map(({ historyId }) => historyId)));
}
