import type { gmail_v1 } from "@googleapis/gmail";
import type { Hono } from "hono";
import { badRequest, GoogleFailure } from "../google-error.ts";
import type { EmulatorEnv } from "../service.ts";
import { seesHeadersOnly } from "./gmail-scopes.ts";
import { listHistory } from "./list-history.ts";
import { countParam, type GmailContext, getMessage, type Mailboxes, openMailbox } from "./mailboxes.ts";
import {
  attachmentBody,
  type MessageFormat,
  messageFormats,
  messageResource,
  profileResource,
} from "./message-resource.ts";
import { pageOf, pageTokens } from "./page-tokens.ts";
import { readSelection, selectMessages } from "./select-messages.ts";

export { changeLabels, deleteForever } from "./change-messages.ts";

const base = "/gmail/v1/users/:user";

/** users.getProfile, users.history.list, and of users.messages what reads. */
export function mountMessages(app: Hono<EmulatorEnv>, boxes: Mailboxes): void {
  const { shared } = boxes;
  // Attachment ids are of one answer: the next names the same file by another.
  let answers = 0;
  app.get(`${base}/profile`, (c) => c.json(profileResource(openMailbox(c, boxes, 1))));
  app.get(`${base}/history`, (c) => {
    const state = openMailbox(c, boxes, 2);
    const life = shared.settings.get("gmail.historyLifeMs") ?? Number.POSITIVE_INFINITY;
    const asked = {
      startHistoryId: c.req.query("startHistoryId") ?? "",
      types: c.req.queries("historyTypes") ?? [],
      labelId: c.req.query("labelId") ?? null,
    };
    return c.json(
      listHistory(state, {
        ...asked,
        maxResults: countParam(c.req.query("maxResults"), 100, 500),
        pageToken: c.req.query("pageToken"),
        tokens: pageTokens(shared, `history ${JSON.stringify(asked)}`),
        oldestMs: shared.clock.now() - life,
        emptyPages: shared.settings.get("gmail.emptyHistoryPages") ?? 0,
      }),
    );
  });
  app.get(`${base}/messages`, (c) => {
    const state = openMailbox(c, boxes, 5);
    const { selection, tokens } = readSelection(c, boxes);
    const found = selectMessages(state, boxes, selection);
    const size = countParam(c.req.query("maxResults"), 100, 500);
    const { items, nextPageToken } = pageOf(found, c.req.query("pageToken"), size, tokens);
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
    const format = readFormat(c);
    answers += 1;
    const message = getMessage(state, c.req.param("id"), shared);
    return c.json(messageResource(message, format, { headers: c.req.queries("metadataHeaders") ?? [], answers }));
  });
  app.get(`${base}/messages/:id/attachments/:part`, (c) => {
    const state = openMailbox(c, boxes, 20);
    const body = attachmentBody(getMessage(state, c.req.param("id"), shared), c.req.param("part"));
    if (body === null) throw badRequest("Invalid attachment token");
    return c.json(body);
  });
}

/** The format that is asked for. Errors: 400 for none that is known, 403 for one that the grant does not show. */
export function readFormat(c: GmailContext): MessageFormat {
  const text = (c.req.query("format") ?? "full").toLowerCase();
  const format = messageFormats.find((one) => one === text);
  if (format === undefined) throw badRequest(`Invalid value at 'format' (${text})`);
  if ((format === "full" || format === "raw") && seesHeadersOnly(c.get("identity").scopes)) {
    throw new GoogleFailure(403, `Metadata scope doesn't allow format ${format.toUpperCase()}`, "forbidden");
  }
  return format;
}
