import { z } from "zod";
import type { Page } from "../../src/core/connector.ts";
import { fetchMessages } from "./fetch-messages.ts";
import type { GmailClient } from "./gmail-client.ts";
import { toProblems, toRecord } from "./mail-record.ts";

const pageSize = 5;
const wantedCursor = z.strictObject({ wanted: z.number() }).catch({ wanted: 0 });

/** Fetches just the messages that were asked for, whole: attachments on demand. What is not there is named as gone. */
export async function pullWanted(
  client: GmailClient,
  wanted: readonly string[],
  cursor: unknown,
  signal: AbortSignal,
): Promise<Page> {
  const from = wantedCursor.parse(cursor).wanted;
  const some = wanted.slice(from, from + pageSize);
  const { messages, missing, failed } = await fetchMessages(client, some, signal);
  const records = [];
  for (const message of messages)
    records.push(toRecord(client, message, await client.words.of(message.labelIds, signal)));
  const done = from + some.length;
  return {
    records,
    gone: missing,
    failed: toProblems(client, failed),
    cursor: { wanted: done },
    done: done >= wanted.length,
    coverage: null,
    progress: { done, total: wanted.length, unit: "records" },
  };
}
