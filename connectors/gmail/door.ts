import type { DoorConnector } from "../../src/core/action.ts";
import { isReadingPost } from "../google-account/is-reading-post.ts";
import { openWritingAccount } from "../google-account/open-writing-account.ts";
import { missingWriteScopes } from "../google-account/write-scopes.ts";
import { archive } from "./actions/archive.ts";
import { forward } from "./actions/forward.ts";
import { label } from "./actions/label.ts";
import { markRead } from "./actions/mark-read.ts";
import { reply } from "./actions/reply.ts";
import { replyAll } from "./actions/reply-all.ts";
import { sendMessage } from "./actions/send-message.ts";
import { trash } from "./actions/trash.ts";
import { type GmailDoorClient, gmailDoorClient } from "./door-client.ts";
import { type GmailConfig, gmailConfig } from "./index.ts";

/** The write side of a Gmail mailbox. Contract: as `DoorConnector`; nothing here deletes for good. */
export const gmailDoor: DoorConnector<GmailConfig, GmailDoorClient> = {
  name: "gmail",
  config: gmailConfig,
  needsAccount: true,
  connect: async ({ account, clientId, scopes, baseUrl }, deps) =>
    gmailDoorClient(await openWritingAccount({ account, clientId, scopes, baseUrl }, deps)),
  access: async (config, deps) => {
    if ((await missingWriteScopes(config, ["gmail"], deps.secret)).length === 0) return { state: "ok" };
    return {
      state: "needs_consent",
      why: `Gmail of ${config.account} needs your consent to send and to move mail.`,
      cure: `steward connect google --write gmail --account ${config.account}`,
    };
  },
  isReading: isReadingPost,
  actions: [sendMessage, reply, replyAll, forward, archive, label, markRead, trash],
};
