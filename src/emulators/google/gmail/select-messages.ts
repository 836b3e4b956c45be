import { badRequest, GoogleFailure } from "../google-error.ts";
import { seesHeadersOnly } from "./gmail-scopes.ts";
import type { GmailState, StoredMessage } from "./gmail-state.ts";
import { checkLabels, type GmailContext, type Mailboxes } from "./mailboxes.ts";
import { type PageTokens, pageTokens } from "./page-tokens.ts";
import { compileSearch } from "./search-mail.ts";

export interface Selection {
  q: string;
  labelIds: readonly string[];
  includeSpamTrash: boolean;
}

/** What a list asks for, with the tokens of its pages. Errors: 403 for a search with a grant that sees headers only. */
export function readSelection(c: GmailContext, { shared }: Mailboxes): { selection: Selection; tokens: PageTokens } {
  const selection: Selection = {
    q: c.req.query("q") ?? "",
    labelIds: c.req.queries("labelIds") ?? [],
    includeSpamTrash: c.req.query("includeSpamTrash") === "true",
  };
  if (selection.q !== "" && seesHeadersOnly(c.get("identity").scopes)) {
    throw new GoogleFailure(403, "Metadata scope does not support 'q' parameter", "forbidden");
  }
  return { selection, tokens: pageTokens(shared, `${c.req.path} ${JSON.stringify(selection)}`) };
}

/** Newest first: all of the labels, and the search. Without being asked for, spam and trash are left out. */
export function selectMessages(state: GmailState, { shared }: Mailboxes, selection: Selection): StoredMessage[] {
  const { q, labelIds } = selection;
  checkLabels(state, labelIds);
  if (q.length > 2000) throw badRequest("Invalid query");
  const lagMs = shared.settings.get("gmail.searchLagMs") ?? 0;
  const matches = q === "" ? null : compileSearch(q, { nowMs: shared.clock.now(), lagMs });
  const spamToo = selection.includeSpamTrash || /(?<![-\w])(?:in|label|is):(?:spam|trash|anywhere)\b/i.test(q);
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
