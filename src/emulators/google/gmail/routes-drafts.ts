import type { gmail_v1 } from "@googleapis/gmail";
import type { Hono } from "hono";
import { badRequest, notFound } from "../google-error.ts";
import type { EmulatorEnv } from "../service.ts";
import { deleteForever } from "./change-messages.ts";
import { deliverMail, plainSubject } from "./deliver-mail.ts";
import type { GmailState, StoredMessage } from "./gmail-state.ts";
import { countParam, getMessage, jsonBody, type Mailboxes, openMailbox, stringField } from "./mailboxes.ts";
import { type MessageFormat, messageResource } from "./message-resource.ts";
import { readHead } from "./mime-tree.ts";
import { pageOf, pageTokens } from "./page-tokens.ts";
import { readFormat } from "./routes-messages.ts";
import { readRaw, sendRaw } from "./send-raw.ts";

const base = "/gmail/v1/users/:user/drafts";

/** users.drafts.*: a draft's id stays, its message's changes with every update; sending it uses it up. */
export function mountDrafts(app: Hono<EmulatorEnv>, boxes: Mailboxes): void {
  const { shared } = boxes;
  app.get(base, (c) => {
    const state = openMailbox(c, boxes, 5);
    const drafts = [...state.drafts.values()].toReversed();
    const size = countParam(c.req.query("maxResults"), 100, 500);
    const { items, nextPageToken } = pageOf(drafts, c.req.query("pageToken"), size, pageTokens(shared, c.req.path));
    const answer: gmail_v1.Schema$ListDraftsResponse = {
      ...(items.length === 0 ? {} : { drafts: items.map((draft) => resource(state, draft, "short")) }),
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
      resultSizeEstimate: drafts.length,
    };
    return c.json(answer);
  });
  app.get(`${base}/:id`, (c) => {
    const state = openMailbox(c, boxes, 20);
    const draft = draftOf(state, c.req.param("id"));
    getMessage(state, draft.messageId, shared);
    return c.json(resource(state, draft, readFormat(c)));
  });
  app.post(base, async (c) => {
    const state = openMailbox(c, boxes, 10);
    const { raw, threadId } = messageField(await jsonBody(c));
    if (threadId !== null && !state.threads.has(threadId)) throw notFound();
    const delivery = { raw, labelIds: ["DRAFT"], threadId: threadId ?? "new" };
    const message = deliverMail(shared, state, state.account, delivery);
    state.made += 1;
    const draft = { id: `r${String(state.made).padStart(12, "0")}`, messageId: message.id };
    state.drafts.set(draft.id, draft);
    return c.json(resource(state, draft, "minimal"));
  });
  app.put(`${base}/:id`, async (c) => {
    const state = openMailbox(c, boxes, 15);
    const draft = draftOf(state, c.req.param("id"));
    const { raw, threadId } = messageField(await jsonBody(c));
    return c.json(resource(state, rewriteDraft(boxes, state, draft, raw, threadId), "minimal"));
  });
  app.post(`${base}/send`, async (c) => {
    const state = openMailbox(c, boxes, 100);
    const body = await jsonBody(c);
    const draft = draftOf(state, stringField(body, "id") ?? "");
    const message = messageOf(state, draft);
    const replaced = body["message"] === undefined ? null : messageField(body);
    const threadId = replaced?.threadId ?? message.threadId;
    const isAlone = state.threads.get(threadId)?.length === 1 && threadId === message.threadId;
    const sent = sendRaw(boxes, state, replaced?.raw ?? message.raw, threadId, isAlone);
    deleteForever(state, message, boxes);
    state.drafts.delete(draft.id);
    return c.json(sent);
  });
  app.delete(`${base}/:id`, (c) => {
    const state = openMailbox(c, boxes, 10);
    const draft = draftOf(state, c.req.param("id"));
    deleteForever(state, messageOf(state, draft), boxes);
    state.drafts.delete(draft.id);
    return c.body(null, 204);
  });
}

/**
 * What an edit does, in the API or by hand: the old message goes, a new one comes, the draft stays. Another subject is another
 * conversation.
 */
export function rewriteDraft(
  boxes: Mailboxes,
  state: GmailState,
  draft: { id: string; messageId: string },
  raw: Uint8Array,
  threadId: string | null,
): { id: string; messageId: string } {
  const before = messageOf(state, draft);
  const sameSubject = plainSubject(readHead(before.raw)) === plainSubject(readHead(raw));
  deleteForever(state, before, boxes);
  const message = deliverMail(boxes.shared, state, state.account, {
    raw,
    labelIds: ["DRAFT"],
    threadId: threadId ?? (sameSubject ? before.threadId : "new"),
  });
  const next = { id: draft.id, messageId: message.id };
  state.drafts.set(draft.id, next);
  return next;
}

function draftOf(state: GmailState, id: string): { id: string; messageId: string } {
  const draft = state.drafts.get(id);
  if (draft === undefined) throw notFound();
  return draft;
}

function messageOf(state: GmailState, draft: { messageId: string }): StoredMessage {
  const message = state.messages.get(draft.messageId);
  if (message === undefined) throw notFound();
  return message;
}

function resource(
  state: GmailState,
  draft: { id: string; messageId: string },
  format: MessageFormat | "short",
): gmail_v1.Schema$Draft {
  const message = messageOf(state, draft);
  return {
    id: draft.id,
    message: format === "short" ? { id: message.id, threadId: message.threadId } : messageResource(message, format),
  };
}

function messageField(body: Record<string, unknown>): { raw: Uint8Array; threadId: string | null } {
  const message = body["message"];
  const fields: Record<string, unknown> =
    typeof message === "object" && message !== null ? Object.fromEntries(Object.entries(message)) : {};
  if (stringField(fields, "raw") === null) throw badRequest("Missing draft message");
  return { raw: readRaw(fields), threadId: stringField(fields, "threadId") };
}
