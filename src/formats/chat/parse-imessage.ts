import { fingerprint } from "../../core/fingerprint.ts";
import { chatNameIdentity, emailIdentity, phoneIdentity } from "../../core/identity.ts";
import type { Attachment, DraftItem, Identity } from "../../core/item.ts";
import type { ParsedRecord, RawRecord } from "../../core/record.ts";
import { untrusted } from "../../core/untrusted.ts";
import { blankItem } from "../blank-item.ts";
import { chatParties } from "./chat-identity.ts";
import { appleInstant, chatKey, type ImessageRow, imessageRowSchema } from "./imessage-row.ts";
import { decodeTypedstream, withoutPlaceholders } from "./typedstream.ts";
import { wellFormedText } from "./well-formed-text.ts";

const urlBalloon = "com.apple.messages.URLBalloonProvider";

/**
 * Reads one row of chat.db (`ImessageRow` as JSON) into one item.
 *
 * Contract: tapbacks, group events, unsent messages and link previews without words become no items. The text is the `text`
 * column, or the typedstream body where that is empty. `externalId` is the row's guid. Never throws for bad input.
 */
export async function parseImessage(record: RawRecord): Promise<ParsedRecord> {
  const row = readRow(record.bytes);
  if (row === null)
    return { items: [], problems: [{ locator: record.locator, reason: "This row of Messages could not be read." }] };
  if (isTapback(row) || row.itemType !== 0 || row.isRetracted) return { items: [], problems: [] };
  const body = row.body === null ? null : decodeTypedstream(Uint8Array.from(Buffer.from(row.body, "base64")));
  const written = row.text !== null && row.text !== "" ? row.text : (body ?? "");
  const text = wellFormedText(withoutPlaceholders(written)).text.trim();
  if (row.balloon === urlBalloon && text === "") return { items: [], problems: [] };
  const item = toItem(row, text, record.hints.region ?? "");
  const unread = text === "" && body === null && row.body !== null && row.attachments.length === 0;
  if (!unread) return { items: [item], problems: [] };
  return {
    items: [{ ...item, partial: true, problems: [...item.problems, "The text of this message could not be decoded."] }],
    problems: [],
  };
}

function readRow(bytes: Uint8Array): ImessageRow | null {
  try {
    const parsed = imessageRowSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return parsed.success ? parsed.data : null;
  } catch {
    // Whatever is no JSON is no row; the caller reports it.
    return null;
  }
}

/** 2000 to 3006 add or take back a reaction; 1000 is a sticker laid on a message. */
function isTapback(row: ImessageRow): boolean {
  return row.associatedType >= 1000 && row.associatedType < 4000;
}

function toItem(row: ImessageRow, text: string, region: string): DraftItem {
  const sentMs = appleInstant(row.date);
  const sentAt = sentMs === null ? null : new Date(sentMs).toISOString();
  const sender = row.isFromMe || row.handle === null ? null : handleOf(row.handle, region);
  const members = (row.chat?.members ?? []).map((handle) => ({ identity: handleOf(handle, region), name: handle }));
  const from = sender === null ? null : { role: "from" as const, identity: sender, name: untrusted(row.handle ?? "") };
  const said = text === "" ? row.attachments.map((file) => file.name).join("\n") : text;
  const key = row.chat === null ? `-;${(row.handle ?? row.guid).toLowerCase()}` : chatKey(row.chat.guid);
  return {
    ...blankItem("message", "imessage", row.guid),
    providerId: `imessage:${row.guid}`,
    fingerprint: fingerprint(row.isFromMe ? "me" : (sender?.value ?? ""), sentAt, "", said),
    threadKeys: [`chat:imessage:${key}`],
    threadTitle: untrusted(wellFormedText(titleOf(row)).text),
    group: row.chat?.isGroup ?? false,
    sentAt,
    sentEvidence: row.isFromMe,
    parties: chatParties(from, members),
    text: untrusted(text),
    labels: labelsOf(row),
    attachments: row.attachments.map(toAttachment),
    partial: sentAt === null,
    problems: sentAt === null ? ["This message has no readable date."] : [],
  };
}

/** A handle is a phone number or an address; short codes and business ids are names of this channel. */
function handleOf(handle: string, region: string): Identity {
  return emailIdentity(handle) ?? phoneIdentity(handle, region) ?? chatNameIdentity("imessage", handle);
}

function titleOf(row: ImessageRow): string {
  const { chat } = row;
  if (chat === null) return row.handle ?? "Messages";
  if (chat.name !== "") return chat.name;
  return chat.isGroup && chat.members.length > 0 ? chat.members.slice(0, 4).join(", ") : chat.identifier;
}

function labelsOf(row: ImessageRow): string[] {
  const labels: string[] = [];
  if (row.isEdited) labels.push("edited");
  if (row.isAudio) labels.push("voice");
  if (row.service !== null && row.service !== "iMessage") labels.push(row.service.toLowerCase());
  return labels;
}

function toAttachment(file: ImessageRow["attachments"][number]): Attachment {
  const name = untrusted(wellFormedText(file.name).text);
  return {
    name,
    mediaType: file.mediaType,
    sizeBytes: file.sizeBytes,
    sha256: null,
    inline: file.isSticker,
    text: untrusted(""),
  };
}
