import type { Problem, RawRecord } from "../../src/core/record.ts";
import type { FetchedMessage } from "./client.ts";
import type { GmailClient } from "./gmail-client.ts";

/** A fetched message as a record; see `mailHintsSchema` for what it says beside its bytes. */
export function toRecord(client: GmailClient, message: FetchedMessage, labels: string[]): RawRecord {
  const { zone, region } = client;
  const date = new Date(message.internalDate);
  return {
    format: "mail",
    externalId: message.id,
    bytes: message.bytes,
    hints: {
      labels,
      sent: message.labelIds.includes("SENT"),
      zone,
      region,
      ...(message.truncatedFromBytes === null ? {} : { truncatedFromBytes: message.truncatedFromBytes }),
      format: {
        live: true,
        gmailId: `0x${message.id}`,
        threadId: `0x${message.threadId}`,
        ...(Number.isNaN(date.getTime()) ? {} : { date: date.toISOString() }),
      },
    },
    locator: locate(client, message.id),
  };
}

/** Where the owner finds a message: its page at Gmail, in the right one of several accounts. */
export function locate({ account }: GmailClient, id: string): RawRecord["locator"] {
  return {
    path: `https://mail.google.com/mail/?authuser=${encodeURIComponent(account.email)}#all/${id}`,
    offset: null,
  };
}

/** The problems of messages that Gmail could not give. */
export function toProblems(client: GmailClient, failed: readonly string[]): Problem[] {
  const reason = "Gmail fails to give this message; everything around it was read.";
  return failed.map((id) => ({ locator: locate(client, id), reason }));
}
