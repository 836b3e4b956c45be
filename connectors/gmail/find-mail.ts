import { actionHeader } from "./compose-mail.ts";
import type { GmailDoorClient, MessageHead } from "./door-client.ts";

/** What is looked for: the mail with this key, made no earlier than this. */
export interface Wanted {
  key: string;
  /** UTC ISO-8601. */
  since: string;
}

/** Clocks differ: Gmail's and this computer's by less than that. */
const slackMs = 5 * 60_000;
const mostSent = 300;
const olderInARow = 3;

/** The id of a draft that an earlier run left; null when there is none. Newest first, until they are older than the wanted one. */
export async function findDraft(
  client: GmailDoorClient,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<{ id: string; threadId: string } | null> {
  let older = 0;
  for (const id of await client.drafts(signal)) {
    const head = await client.draftHead(id, signal);
    if (head === null) continue;
    if (carries(head, wanted)) return { id, threadId: head.threadId };
    older = isOlder(head, wanted) ? older + 1 : 0;
    if (older >= olderInARow) return null;
  }
  return null;
}

/**
 * The sent mail that carries the key: in its conversation, then among all that was sent since, by label and header, for
 * neither lags; a search does. Null when there is none.
 */
export async function findSent(
  client: GmailDoorClient,
  wanted: Wanted & { threadIds: readonly string[] },
  signal: AbortSignal,
): Promise<{ id: string; threadId: string } | null> {
  for (const threadId of wanted.threadIds) {
    const heads = (await client.thread(threadId, [actionHeader], signal)) ?? [];
    const found = heads.find((head) => isSent(head) && carries(head, wanted));
    if (found !== undefined) return found;
  }
  let pageToken: string | null = null;
  for (let seen = 0; seen < mostSent; ) {
    const page = await client.labelled("SENT", pageToken, signal);
    for (const id of page.ids.slice(0, mostSent - seen)) {
      const head = await client.head(id, [actionHeader], signal);
      if (head !== null && carries(head, wanted) && isSent(head)) return head;
      if (head !== null && isOlder(head, wanted)) return null;
    }
    seen += page.ids.length;
    pageToken = page.nextPageToken;
    if (pageToken === null || page.ids.length === 0) return null;
  }
  return null;
}

/** Whether the owner sent something in one of these conversations since: it may be the mail, edited and sent by hand. */
export async function ownerSentSince(
  client: GmailDoorClient,
  { threadIds, since }: { threadIds: readonly string[]; since: string },
  signal: AbortSignal,
): Promise<boolean> {
  for (const threadId of threadIds) {
    const heads = (await client.thread(threadId, [actionHeader], signal)) ?? [];
    if (heads.some((head) => isSent(head) && !isOfCard(head) && head.internalDate >= Date.parse(since))) return true;
  }
  return false;
}

function carries(head: MessageHead, { key }: Pick<Wanted, "key">): boolean {
  return keysOf(head).includes(key);
}

/** Another card's mail is not the owner's hand. */
function isOfCard(head: MessageHead): boolean {
  return keysOf(head).length > 0;
}

function keysOf({ payload }: MessageHead): string[] {
  const name = actionHeader.toLowerCase();
  return payload.headers.filter((field) => field.name.toLowerCase() === name).map(({ value }) => value.trim());
}

function isSent({ labelIds }: MessageHead): boolean {
  return labelIds.includes("SENT") && !labelIds.includes("DRAFT");
}

function isOlder({ internalDate }: MessageHead, { since }: Pick<Wanted, "since">): boolean {
  return internalDate < Date.parse(since) - slackMs;
}
