import type { EmulatedService } from "../service.ts";
import { mountBatch } from "./batch.ts";
import { blankMailbox, type GmailState } from "./gmail-state.ts";
import { mountChanges } from "./routes-changes.ts";
import { mountDrafts } from "./routes-drafts.ts";
import { mountLabels } from "./routes-labels.ts";
import { mountMessages } from "./routes-messages.ts";
import { mountThreads } from "./routes-threads.ts";
import { seedMailbox } from "./seed-mailbox.ts";

/**
 * Gmail API v1. Settings: `gmail.searchLagMs` (the `q` index is behind by so much; label lists are not), `gmail.getLagMs` (a
 * message just added is 404 for so long), `gmail.historyLifeMs` (older history ids are 404), `gmail.emptyHistoryPages`,
 * `gmail.pageTokenLifeMs`, `gmail.batchComfort` (in a batch, what comes after so many is answered with 429).
 */
export const gmailService: EmulatedService<GmailState> = {
  name: "gmail",
  blank: (account) => blankMailbox(account),
  seed: seedMailbox,
  mount: (app, shared, stateOf) => {
    const mailboxes = { shared, stateOf };
    mountMessages(app, mailboxes);
    mountChanges(app, mailboxes);
    mountThreads(app, mailboxes);
    mountDrafts(app, mailboxes);
    mountLabels(app, mailboxes);
    mountBatch(app, shared);
  },
};
