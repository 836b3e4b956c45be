import type { gmail_v1 } from "@googleapis/gmail";
import type { Hono } from "hono";
import { badRequest, GoogleFailure, notFound } from "../google-error.ts";
import type { EmulatorEnv } from "../service.ts";
import { type GmailState, relabel, systemLabels } from "./gmail-state.ts";
import { jsonBody, type Mailboxes, openMailbox, stringField } from "./mailboxes.ts";

const base = "/gmail/v1/users/:user/labels";

/** users.labels.* and users.settings.sendAs. */
export function mountLabels(app: Hono<EmulatorEnv>, boxes: Mailboxes): void {
  const { shared } = boxes;
  app.get(base, (c) => {
    const state = openMailbox(c, boxes, 1);
    const labels = [
      ...systemLabels.map((id) => ({ id, name: id, type: "system" })),
      ...[...state.ownLabels].map(([id, name]) => ({ id, name, type: "user" })),
    ];
    return c.json({ labels } satisfies gmail_v1.Schema$ListLabelsResponse);
  });
  app.get(`${base}/:id`, (c) => c.json(labelResource(openMailbox(c, boxes, 1), c.req.param("id"))));
  app.post(base, async (c) => {
    const state = openMailbox(c, boxes, 5);
    const name = stringField(await jsonBody(c), "name") ?? "";
    if (name === "") throw badRequest("Invalid label name");
    const taken = [...state.ownLabels.values(), ...systemLabels].some(
      (one) => one.toLowerCase() === name.toLowerCase(),
    );
    if (taken) throw new GoogleFailure(409, "Label name exists or conflicts", "aborted");
    state.made += 1;
    const id = `Label_${1000 + state.made}`;
    state.ownLabels.set(id, name);
    return c.json({ id, name, type: "user" } satisfies gmail_v1.Schema$Label);
  });
  for (const method of ["put", "patch"] as const) {
    app[method](`${base}/:id`, async (c) => {
      const state = openMailbox(c, boxes, 5);
      const id = c.req.param("id");
      if (!state.ownLabels.has(id)) throw notFound();
      state.ownLabels.set(id, stringField(await jsonBody(c), "name") ?? state.ownLabels.get(id) ?? "");
      return c.json(labelResource(state, id));
    });
  }
  app.delete(`${base}/:id`, (c) => {
    const state = openMailbox(c, boxes, 5);
    const id = c.req.param("id");
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
  const isSystem = systemLabels.some((one) => one === id);
  const name = isSystem ? id : state.ownLabels.get(id);
  if (name === undefined) throw notFound();
  const labelled = [...state.messages.values()].filter(({ labelIds }) => labelIds.includes(id));
  return {
    id,
    name,
    type: isSystem ? "system" : "user",
    messagesTotal: labelled.length,
    messagesUnread: labelled.filter(({ labelIds }) => labelIds.includes("UNREAD")).length,
  };
}
