import type { gmail_v1 } from "@googleapis/gmail";
import type { Hono } from "hono";
import { notFound } from "../google-error.ts";
import type { EmulatorEnv } from "../service.ts";
import type { GmailState, StoredMessage } from "./gmail-state.ts";
import { countParam, jsonBody, listField, type Mailboxes, openMailbox, pageOf } from "./mailboxes.ts";
import { messageFormats, messageResource } from "./message-resource.ts";
import { changeLabels } from "./routes-messages.ts";
import { compileSearch } from "./search-mail.ts";

const base = "/gmail/v1/users/:user/threads";

/** users.threads.*; a search matches single messages, not whole threads, as the API's does. */
export function mountThreads(app: Hono<EmulatorEnv>, boxes: Mailboxes): void {
  const { shared } = boxes;
  app.get(base, (c) => {
    const state = openMailbox(c, boxes, 10);
    const q = c.req.query("q") ?? "";
    const lagMs = shared.settings.get("gmail.searchLagMs") ?? 0;
    const matches = compileSearch(q, { nowMs: shared.clock.now(), lagMs: q === "" ? 0 : lagMs });
    const labels = c.req.queries("labelIds") ?? [];
    const seen = new Set<string>();
    for (const id of state.byDate.toReversed()) {
      const message = state.messages.get(id);
      if (message === undefined || message.labelIds.some((label) => label === "SPAM" || label === "TRASH")) continue;
      if (labels.every((label) => message.labelIds.includes(label)) && matches(message, state))
        seen.add(message.threadId);
    }
    const size = countParam(c.req.query("maxResults"), 100, 500);
    const { items, nextPageToken } = pageOf([...seen], c.req.query("pageToken"), size, shared);
    const answer: gmail_v1.Schema$ListThreadsResponse = {
      ...(items.length === 0
        ? {}
        : { threads: items.map((id) => ({ id, historyId: String(state.historyId), snippet: "" })) }),
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
      resultSizeEstimate: seen.size,
    };
    return c.json(answer);
  });
  app.get(`${base}/:id`, (c) => {
    const state = openMailbox(c, boxes, 40);
    const messages = messagesOf(state, c.req.param("id"));
    const format = messageFormats.find((one) => one === c.req.query("format")) ?? "full";
    const answer: gmail_v1.Schema$Thread = {
      id: c.req.param("id"),
      historyId: String(Math.max(...messages.map(({ historyId }) => historyId))),
      messages: messages.map((message) => messageResource(message, format, c.req.queries("metadataHeaders") ?? [])),
    };
    return c.json(answer);
  });
  app.post(`${base}/:id/:verb{(?:modify|trash|untrash)}`, async (c) => {
    const state = openMailbox(c, boxes, 10);
    const body = await jsonBody(c);
    const verb = c.req.param("verb");
    for (const message of messagesOf(state, c.req.param("id"))) {
      const change =
        verb === "modify"
          ? { add: listField(body, "addLabelIds"), remove: listField(body, "removeLabelIds") }
          : verb === "trash"
            ? { add: ["TRASH"], remove: ["INBOX"] }
            : { add: [], remove: ["TRASH"] };
      changeLabels(state, message, change, boxes);
    }
    return c.json({
      id: c.req.param("id"),
      messages: messagesOf(state, c.req.param("id")).map((one) => messageResource(one, "minimal")),
    });
  });
}

function messagesOf(state: GmailState, threadId: string): StoredMessage[] {
  const messages = (state.threads.get(threadId) ?? []).flatMap((id) => state.messages.get(id) ?? []);
  if (messages.length === 0) throw notFound();
  return messages.toSorted((a, b) => a.internalDate - b.internalDate);
}
