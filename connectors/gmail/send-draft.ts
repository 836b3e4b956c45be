import { z } from "zod";
import type { Call, KeptFile, Outcome } from "../../src/core/action.ts";
import { isSameJson } from "../../src/core/canonical.ts";
import { StewardError } from "../../src/core/errors.ts";
import { composeMail } from "./compose-mail.ts";
import { type DecodedMail, decodeMail } from "./decode-mail.ts";
import type { GmailDoorClient } from "./door-client.ts";
import { findDraft, findSent, ownerSentSince } from "./find-mail.ts";
import { gmailId, type OutgoingMail } from "./outgoing-mail.ts";

/** The draft that is sent. It can be sent once only: that is what makes trying again safe. */
export const draftHandle = z.strictObject({ draftId: gmailId, threadId: gmailId });
export type DraftHandle = z.output<typeof draftHandle>;

/** Gmail's ids of the mail in Sent. */
export const sentMail = z.strictObject({ messageId: gmailId, threadId: gmailId });
export type SentMail = z.output<typeof sentMail>;

type MailCall = Call<GmailDoorClient>;

/** A send that was cut off may still be going on. */
const settleMs = 60_000;
const giveUpMs = 10 * 60_000;

/** Makes the draft, or takes the one that an earlier run made. */
export async function makeDraft(mail: OutgoingMail, call: MailCall): Promise<DraftHandle> {
  const { client, idempotencyKey: key, signal } = call;
  const earlier = await findDraft(client, { key, since: mail.composedAt }, signal);
  if (earlier !== null) return { draftId: earlier.id, threadId: earlier.threadId };
  await checkSender(mail, call);
  const files = await Promise.all(mail.attachments.map(({ sha256, name }) => needFile(call, sha256, name)));
  const made = await client.createDraft(await composeMail(mail, files, key), mail.threadId, signal);
  return { draftId: made.id, threadId: made.threadId };
}

/**
 * Sends the draft if it still is what was approved. One that is gone may have been sent by an earlier try that took its time:
 * that is its result, then. Contract: one request that changes something. Errors: `moved` when the owner changed the draft,
 * `unavailable` when it is gone.
 */
export async function sendDraft(mail: OutgoingMail, handle: DraftHandle | null, call: MailCall): Promise<SentMail> {
  if (handle === null) throw new StewardError("internal", "There is no draft to send.");
  const bytes = await call.client.draftBytes(handle.draftId, call.signal);
  if (bytes === null) {
    const late = await findSent(call.client, wantedOf(mail, handle, call, mail.composedAt), call.signal);
    if (late === null) throw isGone();
    return { messageId: late.id, threadId: late.threadId };
  }
  if (!(await isUnchanged(bytes, mail, call.idempotencyKey))) {
    throw new StewardError("moved", "The draft was changed in Gmail after you approved it.", {
      cure: "Redraft the card, or send the draft from Gmail yourself.",
    });
  }
  try {
    const { id, threadId } = await call.client.sendDraft(handle.draftId, call.signal);
    return { messageId: id, threadId };
  } catch (error) {
    if (error instanceof StewardError && (error.code === "not_found" || error.code === "gone")) throw isGone();
    throw error;
  }
}

/** Whether the draft was sent, by Gmail's own account: the draft first, then what is in Sent with its key. */
export async function settleDraft(
  mail: OutgoingMail,
  handle: DraftHandle | null,
  call: MailCall,
): Promise<Outcome<SentMail>> {
  if (handle === null) return { kind: "not_done" };
  const { client, clock, signal } = call;
  const begunAt = call.committedAt ?? new Date(clock.now()).toISOString();
  const sinceMs = Math.max(0, clock.now() - Date.parse(begunAt));
  if ((await client.draftHead(handle.draftId, signal)) !== null) {
    if (sinceMs >= settleMs) return { kind: "not_done" };
    return { kind: "unknown", reason: "Gmail still has the draft.", askAgainMs: settleMs - sinceMs };
  }
  const wanted = wantedOf(mail, handle, call, begunAt);
  const found = await findSent(client, wanted, signal);
  if (found !== null) return { kind: "done", result: { messageId: found.id, threadId: found.threadId } };
  if (await ownerSentSince(client, wanted, signal)) {
    return { kind: "unknown", reason: "A mail was sent in this conversation by hand; the draft is gone." };
  }
  if (sinceMs >= giveUpMs)
    return { kind: "unknown", reason: "The draft is gone from Gmail, and nothing like it is in Sent." };
  const askAgainMs = Math.min(settleMs, giveUpMs - sinceMs);
  return { kind: "unknown", reason: "The draft is gone from Gmail, and not in Sent by now.", askAgainMs };
}

function wantedOf(mail: OutgoingMail, handle: DraftHandle, { idempotencyKey: key }: MailCall, since: string) {
  const threadIds = [...new Set([handle.threadId, ...(mail.threadId === null ? [] : [mail.threadId])])];
  return { key, since, threadIds };
}

/** Gmail would put its own address in place of one it does not know. */
async function checkSender({ from }: OutgoingMail, { client, signal }: MailCall): Promise<void> {
  if (from.address === client.email.toLowerCase()) return;
  const known = await client.sendAs(signal);
  if (known.some(({ sendAsEmail }) => sendAsEmail.toLowerCase() === from.address)) return;
  throw new StewardError("no_permission", `Gmail does not let ${client.email} send as ${from.address}.`, {
    cure: "Add it in Gmail (Settings, Accounts, Send mail as), or redraft the card.",
  });
}

async function needFile(call: MailCall, sha256: string, name: string): Promise<KeptFile> {
  const file = await call.file(sha256);
  if (file !== null) return file;
  throw new StewardError("not_found", `${name} is no longer kept: the mail was not sent.`, {
    cure: "Redraft the card.",
  });
}

async function isUnchanged(bytes: Uint8Array, mail: OutgoingMail, key: string): Promise<boolean> {
  try {
    return isSameJson(essence(await decodeMail(bytes, { strict: false })), essence({ ...mail, key }));
  } catch (error) {
    if (error instanceof StewardError && error.code === "no_permission") return false;
    throw error;
  }
}

/** Gmail may write display names its own way; everything else stays as it was approved. */
function essence(mail: DecodedMail): unknown {
  const addresses = (list: DecodedMail["to"]): string[] => list.map(({ address }) => address);
  const { to, cc, bcc, subject, text, inReplyTo, references, attachments, key } = mail;
  const files = attachments.map(({ sha256, name }) => ({ sha256, name }));
  return {
    from: mail.from.address,
    to: addresses(to),
    cc: addresses(cc),
    bcc: addresses(bcc),
    subject,
    text,
    inReplyTo,
    references,
    files,
    key,
  };
}

function isGone(): StewardError {
  return new StewardError("unavailable", "The draft is no longer in Gmail.");
}
