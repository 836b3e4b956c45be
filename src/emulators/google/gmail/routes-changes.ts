import type { Hono } from "hono";
import { badRequest, notFound } from "../google-error.ts";
import type { EmulatorEnv } from "../service.ts";
import { changeLabels, deleteForever, trashing, untrashing } from "./change-messages.ts";
import { deliverMail, joinsThread } from "./deliver-mail.ts";
import type { GmailState } from "./gmail-state.ts";
import {
  checkChange,
  checkLabels,
  type GmailContext,
  getMessage,
  jsonBody,
  type LabelChange,
  listField,
  type Mailboxes,
  openMailbox,
  stringField,
} from "./mailboxes.ts";
import { messageResource } from "./message-resource.ts";
import { headerOf, readHead } from "./mime-tree.ts";
import { readRaw, sendRaw } from "./send-raw.ts";

const base = "/gmail/v1/users/:user/messages";
const mostIds = 1000;

/** Of users.messages what writes. */
export function mountChanges(app: Hono<EmulatorEnv>, boxes: Mailboxes): void {
  const { shared } = boxes;
  app.post(`${base}/send`, async (c) => {
    const state = openMailbox(c, boxes, 100);
    const body = await jsonBody(c);
    return c.json(sendRaw(boxes, state, readRaw(body), stringField(body, "threadId")));
  });
  app.post(`${base}/:verb{(?:batchModify|batchDelete)}`, async (c) => {
    const state = openMailbox(c, boxes, 50);
    const body = await jsonBody(c);
    const ids = listField(body, "ids");
    if (ids.length === 0 || ids.length > mostIds) throw badRequest("Invalid ids: from 1 to 1000");
    const change = changeOf(body);
    checkChange(state, change);
    for (const id of ids) {
      const message = state.messages.get(id);
      if (message === undefined) continue;
      if (c.req.param("verb") === "batchDelete") deleteForever(state, message, boxes);
      else changeLabels(state, message, change, boxes);
    }
    return c.body(null, 204);
  });
  app.post(`${base}/:id/:verb{(?:modify|trash|untrash)}`, async (c) => {
    const verb = c.req.param("verb");
    const state = openMailbox(c, boxes, verb === "trash" ? 20 : 5);
    const message = getMessage(state, c.req.param("id"), shared);
    const change = verb === "trash" ? trashing : verb === "untrash" ? untrashing : changeOf(await jsonBody(c));
    changeLabels(state, message, change, boxes);
    return c.json(messageResource(message, "minimal"));
  });
  app.post(base, async (c) => c.json(await insert(c, boxes, "receivedTime")));
  app.post(`${base}/import`, async (c) => c.json(await insert(c, boxes, "dateHeader")));
  app.delete(`${base}/:id`, (c) => {
    const state = openMailbox(c, boxes, 20);
    deleteForever(state, getMessage(state, c.req.param("id"), shared), boxes);
    return c.body(null, 204);
  });
}

function changeOf(body: Record<string, unknown>): LabelChange {
  return { add: listField(body, "addLabelIds"), remove: listField(body, "removeLabelIds") };
}

/** Puts a message down without sending it, as programs that move mailboxes do. */
async function insert(
  c: GmailContext,
  boxes: Mailboxes,
  usual: "receivedTime" | "dateHeader",
): Promise<ReturnType<typeof messageResource>> {
  const state = openMailbox(c, boxes, 25);
  const body = await jsonBody(c);
  const raw = readRaw(body);
  const labelIds = listField(body, "labelIds");
  checkLabels(state, labelIds);
  if (labelIds.includes("DRAFT")) throw badRequest("Invalid label: DRAFT");
  const dated = Date.parse(headerOf(readHead(raw), "date") ?? "");
  const byHeader = (c.req.query("internalDateSource") ?? usual) === "dateHeader" && !Number.isNaN(dated);
  const message = deliverMail(boxes.shared, state, state.account, {
    raw,
    labelIds,
    threadId: threadFor(state, raw, stringField(body, "threadId")),
    ...(byHeader ? { internalDate: dated } : {}),
  });
  return messageResource(message, "minimal");
}

/** The thread that is asked for, where the mail may join it. Errors: 404 for one that is not there. */
function threadFor(state: GmailState, raw: Uint8Array, threadId: string | null): string | null {
  if (threadId === null) return null;
  if (!state.threads.has(threadId)) throw notFound();
  return joinsThread(state, raw, threadId) ? threadId : "new";
}
