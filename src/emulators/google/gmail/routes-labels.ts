import type { gmail_v1 } from "@googleapis/gmail";
import type { Hono } from "hono";
import { badRequest, GoogleFailure, notFound } from "../google-error.ts";
import type { EmulatorEnv } from "../service.ts";
import { type GmailState, relabel, systemLabels } from "./gmail-state.ts";
import { jsonBody, type Mailboxes, openMailbox, stringField } from "./mailboxes.ts";

const base = "/gmail/v1/users/:user/labels";
const mostOwnLabels = 10_000;

/** users.labels.* and users.settings.sendAs. */
export function mountLabels(app: Hono<EmulatorEnv>, boxes: Mailboxes): void {
  const { shared } = boxes;
  app.get(base, (c) => {
    const state = openMailbox(c, boxes, 1);
    const labels = [...systemLabels, ...state.ownLabels.keys()].map((id) => labelEntry(state, id));
    return c.json({ labels } satisfies gmail_v1.Schema$ListLabelsResponse);
  });
  app.get(`${base}/:id`, (c) => c.json(labelResource(openMailbox(c, boxes, 1), c.req.param("id"))));
  app.post(base, async (c) => {
    const state = openMailbox(c, boxes, 5);
    const name = stringField(await jsonBody(c), "name") ?? "";
    checkName(state, name, null);
    if (state.ownLabels.size >= mostOwnLabels) throw badRequest("Too many labels", "failedPrecondition");
    state.made += 1;
    const id = `Label_${1000 + state.made}`;
    state.ownLabels.set(id, name);
    return c.json(labelEntry(state, id));
  });
  for (const method of ["put", "patch"] as const) {
    app[method](`${base}/:id`, async (c) => {
      const state = openMailbox(c, boxes, 5);
      const id = c.req.param("id");
      const before = state.ownLabels.get(id);
      if (before === undefined) throw notFound();
      const name = stringField(await jsonBody(c), "name") ?? before;
      checkName(state, name, id);
      state.ownLabels.set(id, name);
      return c.json(labelResource(state, id));
    });
  }
  app.delete(`${base}/:id`, (c) => {
    const state = openMailbox(c, boxes, 5);
    const id = c.req.param("id");
    if (systemLabels.some((one) => one === id)) throw badRequest("Invalid delete request");
    if (!state.ownLabels.delete(id)) throw notFound();
    for (const message of state.messages.values()) {
      relabel(state, shared.clock.now(), message, { add: [], remove: [id] });
    }
    return c.body(null, 204);
  });
  app.get("/gmail/v1/users/:user/settings/sendAs", (c) => {
    const { sendAs } = openMailbox(c, boxes, 1);
    return c.json({ sendAs } satisfies gmail_v1.Schema$ListSendAsResponse);
  });
  app.get("/gmail/v1/users/:user/settings/sendAs/:address", (c) => {
    const found = openMailbox(c, boxes, 1).sendAs.find((one) => one.sendAsEmail === c.req.param("address"));
    if (found === undefined) throw notFound();
    return c.json(found);
  });
}

function labelResource(state: GmailState, id: string): gmail_v1.Schema$Label {
  const entry = labelEntry(state, id);
  const labelled = [...state.messages.values()].filter(({ labelIds }) => labelIds.includes(id));
  const unread = labelled.filter(({ labelIds }) => labelIds.includes("UNREAD"));
  return {
    ...entry,
    messagesTotal: labelled.length,
    messagesUnread: unread.length,
    threadsTotal: new Set(labelled.map(({ threadId }) => threadId)).size,
    threadsUnread: new Set(unread.map(({ threadId }) => threadId)).size,
  };
}

/** A label as lists have it. Errors: 404. */
function labelEntry(state: GmailState, id: string): gmail_v1.Schema$Label {
  const isSystem = systemLabels.some((one) => one === id);
  const name = isSystem ? id : state.ownLabels.get(id);
  if (name === undefined) throw notFound();
  return { id, name, type: isSystem ? "system" : "user" };
}

/** Errors: 400 for no name, 409 for one that is taken, whatever its case. */
function checkName(state: GmailState, name: string, ownId: string | null): void {
  if (name.trim() === "" || name.length > 225) throw badRequest("Invalid label name");
  const others = [...state.ownLabels].filter(([id]) => id !== ownId).map(([, other]) => other);
  if ([...others, ...systemLabels].some((other) => other.toLowerCase() === name.toLowerCase())) {
    throw new GoogleFailure(409, "Label name exists or conflicts", "aborted");
  }
}
