import type { gmail_v1 } from "@googleapis/gmail";
import type { Hono } from "hono";
import { badRequest, notFound } from "../google-error.ts";
import type { EmulatorEnv } from "../service.ts";
import { deliverMail } from "./deliver-mail.ts";
import { dropMessage, type GmailState, noteHistory, relabel, type StoredMessage } from "./gmail-state.ts";
import { listHistory } from "./list-history.ts";
import {
  countParam,
  getMessage,
  jsonBody,
  listField,
  type Mailboxes,
  openMailbox,
  pageOf,
  stringField,
} from "./mailboxes.ts";
import {
  attachmentBody,
  type MessageFormat,
  messageFormats,
  messageResource,
  profileResource,
} from "./message-resource.ts";
import { compileSearch } from "./search-mail.ts";
import { sendRaw } from "./send-raw.ts";

const base = "/gmail/v1/users/:user";

/** users.getProfile, users.messages.*, users.history.list. */
export function mountMessages(app: Hono<EmulatorEnv>, boxes: Mailboxes): void {
  const { shared } = boxes;
  app.get(`${base}/profile`, (c) => c.json(profileResource(openMailbox(c, boxes, 1))));
  app.get(`${base}/history`, (c) => {
    const state = openMailbox(c, boxes, 2);
    const life = shared.settings.get("gmail.historyLifeMs") ?? Number.POSITIVE_INFINITY;
    return c.json(
      listHistory(state, {
        startHistoryId: c.req.query("startHistoryId") ?? "",
        types: c.req.queries("historyTypes") ?? [],
        labelId: c.req.query("labelId") ?? null,
        maxResults: countParam(c.req.query("maxResults"), 100, 500),
        pageToken: c.req.query("pageToken") ?? null,
        oldestMs: shared.clock.now() - life,
        emptyPages: shared.settings.get("gmail.emptyHistoryPages") ?? 0,
      }),
    );
  });
  app.get(`${base}/messages`, (c) => {
    const state = openMailbox(c, boxes, 5);
    const found = selectMessages(state, boxes, {
      q: c.req.query("q") ?? "",
      labelIds: c.req.queries("labelIds") ?? [],
      includeSpamTrash: c.req.query("includeSpamTrash") === "true",
    });
    const size = countParam(c.req.query("maxResults"), 100, 500);
    const { items, nextPageToken } = pageOf(found, c.req.query("pageToken"), size, shared);
    const answer: gmail_v1.Schema$ListMessagesResponse = {
      ...(items.length === 0 ? {} : { messages: items.map(({ id, threadId }) => ({ id, threadId })) }),
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
      // Known to be wrong, and only good for a guess.
      resultSizeEstimate: Math.min(201, found.length),
    };
    return c.json(answer);
  });
  app.get(`${base}/messages/:id`, (c) => {
    const state = openMailbox(c, boxes, 20);
    const format = readFormat(c.req.query("format"));
    return c.json(
      messageResource(getMessage(state, c.req.param("id"), shared), format, c.req.queries("metadataHeaders") ?? []),
    );
  });
  app.get(`${base}/messages/:id/attachments/:part`, (c) => {
    const state = openMailbox(c, boxes, 20);
    const body = attachmentBody(getMessage(state, c.req.param("id"), shared), c.req.param("part"));
    if (body === null) throw badRequest("Invalid attachment token");
    return c.json(body);
  });
  mountChanges(app, boxes);
}

function mountChanges(app: Hono<EmulatorEnv>, boxes: Mailboxes): void {
  const { shared } = boxes;
  app.post(`${base}/messages/send`, async (c) => {
    const state = openMailbox(c, boxes, 100);
    const body = await jsonBody(c);
    return c.json(sendRaw(boxes, state, rawOf(body), stringField(body, "threadId")));
  });
  app.post(`${base}/messages/:verb{(?:batchModify|batchDelete)}`, async (c) => {
    const state = openMailbox(c, boxes, 50);
    const body = await jsonBody(c);
    const ids = listField(body, "ids");
    if (ids.length > 1000) throw badRequest("Too many ids");
    const change = { add: listField(body, "addLabelIds"), remove: listField(body, "removeLabelIds") };
    for (const id of ids) {
      const message = state.messages.get(id);
      if (message === undefined) continue;
      if (c.req.param("verb") === "batchDelete") deleteForever(state, message, boxes);
      else changeLabels(state, message, change, boxes);
    }
    return c.body(null, 204);
  });
  app.post(`${base}/messages/:id/:verb{(?:modify|trash|untrash)}`, async (c) => {
    const verb = c.req.param("verb");
    const state = openMailbox(c, boxes, verb === "trash" ? 20 : 5);
    const message = getMessage(state, c.req.param("id"), shared);
    const body = await jsonBody(c);
    const change =
      verb === "trash"
        ? { add: ["TRASH"], remove: ["INBOX"] }
        : verb === "untrash"
          ? { add: [], remove: ["TRASH"] }
          : { add: listField(body, "addLabelIds"), remove: listField(body, "removeLabelIds") };
    changeLabels(state, message, change, boxes);
    return c.json(messageResource(message, "minimal"));
  });
  for (const verb of ["", "/import"]) {
    app.post(`${base}/messages${verb}`, async (c) => {
      const state = openMailbox(c, boxes, 25);
      const body = await jsonBody(c);
      const labelIds = listField(body, "labelIds");
      const threadId = stringField(body, "threadId");
      const message = deliverMail(shared, state, state.account, { raw: rawOf(body), labelIds, threadId });
      return c.json(messageResource(message, "minimal"));
    });
  }
  app.delete(`${base}/messages/:id`, (c) => {
    const state = openMailbox(c, boxes, 20);
    deleteForever(state, getMessage(state, c.req.param("id"), shared), boxes);
    return c.body(null, 204);
  });
}

/** Newest first. Without a label for them, spam and trash are left out. */
function selectMessages(
  state: GmailState,
  { shared }: Mailboxes,
  request: { q: string; labelIds: readonly string[]; includeSpamTrash: boolean },
): StoredMessage[] {
  const { q, labelIds } = request;
  const lagMs = shared.settings.get("gmail.searchLagMs") ?? 0;
  const matches = q === "" ? null : compileSearch(q, { nowMs: shared.clock.now(), lagMs });
  const spamToo = request.includeSpamTrash || /\b(?:in|label|is):(?:spam|trash|anywhere)\b/i.test(q);
  const found: StoredMessage[] = [];
  for (let at = state.byDate.length - 1; at >= 0; at -= 1) {
    const message = state.messages.get(state.byDate[at] ?? "");
    if (message === undefined) continue;
    const hidden = message.labelIds.some(
      (label) => (label === "SPAM" || label === "TRASH") && !labelIds.includes(label),
    );
    if (hidden && !spamToo) continue;
    if (!labelIds.every((label) => message.labelIds.includes(label))) continue;
    if (matches !== null && !matches(message, state)) continue;
    found.push(message);
  }
  return found;
}

function readFormat(text: string | undefined): MessageFormat {
  const format = messageFormats.find((one) => one === (text ?? "full").toLowerCase());
  if (format === undefined) throw badRequest("Invalid format");
  return format;
}

function rawOf(body: Record<string, unknown>): Uint8Array {
  const raw = stringField(body, "raw");
  if (raw === null)
    throw badRequest("'raw' RFC822 payload message string or uploading message via /upload/* URL required");
  return Buffer.from(raw, "base64url");
}

/** Changes labels and writes it into the ledger. Errors: 400 for a label that is not there. */
export function changeLabels(
  state: GmailState,
  message: StoredMessage,
  change: { add: readonly string[]; remove: readonly string[] },
  { shared }: Mailboxes,
): void {
  for (const label of [...change.add, ...change.remove]) {
    if (/^[A-Z_]+$/.test(label) || state.ownLabels.has(label)) continue;
    throw badRequest(`Invalid label: ${label}`);
  }
  relabel(state, shared.clock.now(), message, change);
  shared.ledger.add({ account: state.account, kind: "mail.labelled", id: message.id, details: { ...change } });
}

/** Removes a message as an owner who empties the trash does. */
export function deleteForever(state: GmailState, message: StoredMessage, { shared }: Mailboxes): void {
  if (dropMessage(state, message.id) === null) throw notFound();
  noteHistory(state, shared.clock.now(), "messageDeleted", message);
  shared.ledger.add({ account: state.account, kind: "mail.deleted", id: message.id, details: {} });
}
