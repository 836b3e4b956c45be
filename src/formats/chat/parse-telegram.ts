import { z } from "zod";
import { fingerprint } from "../../core/fingerprint.ts";
import { chatNameIdentity, handleIdentity, phoneIdentity } from "../../core/identity.ts";
import type { DraftItem, Identity } from "../../core/item.ts";
import type { ParsedRecord, RawRecord } from "../../core/record.ts";
import { rawText, untrusted } from "../../core/untrusted.ts";
import { blankItem } from "../blank-item.ts";
import { blankContact, toContactItem } from "../contacts/to-contact-item.ts";
import { chatParties } from "./chat-identity.ts";
import { localInstant } from "./local-instant.ts";
import { type TelegramChat, type TelegramHints, telegramHintsSchema } from "./telegram-hints.ts";
import { cutArray, readTelegramJson } from "./telegram-json.ts";
import {
  readTelegramMessage,
  type TelegramMessage,
  telegramFiles,
  telegramSender,
  telegramText,
} from "./telegram-message.ts";
import { wellFormedText } from "./well-formed-text.ts";

const groupTypes = new Set([
  "private_group",
  "private_supergroup",
  "public_supergroup",
  "private_channel",
  "public_channel",
]);
const latestMs = Date.UTC(2200, 0, 1);

/**
 * Reads one record of a Telegram export: a JSON array of about 200 messages of one chat, or of contacts.
 *
 * Contract: `hints.format` is `TelegramHints`; service rows become no items; a row that cannot be read becomes a problem and
 * the others are kept. Messages of the export's own account have sent evidence. Text the owner only forwarded is in
 * `quoted`, because somebody else wrote it. Never throws for bad input.
 */
export async function parseTelegram(record: RawRecord): Promise<ParsedRecord> {
  const hints = telegramHintsSchema.safeParse(record.hints.format);
  if (!hints.success) return problemOnly(record, "This part of an export came without its hints.");
  const rows = cutArray(record.bytes).map((bytes) => readTelegramJson(bytes));
  return hints.data.part === "contacts" ? readContacts(record, rows) : readMessages(record, rows, hints.data);
}

function readMessages(record: RawRecord, rows: readonly unknown[], hints: TelegramHints): ParsedRecord {
  const { chat } = hints;
  if (chat === null) return problemOnly(record, "These messages came without their chat.");
  const items: DraftItem[] = [];
  let unreadable = 0;
  let unsupported = 0;
  for (const row of rows) {
    const message = row === undefined ? null : readTelegramMessage(row);
    if (message === null) unreadable += 1;
    else if (message.type === "unsupported") unsupported += 1;
    else if (message.type === "message") items.push(toItem(message, chat, hints, record));
  }
  const reasons: string[] = [];
  if (unreadable > 0) reasons.push(`${unreadable} messages could not be read.`);
  if (unsupported > 0) reasons.push(`${unsupported} messages are of a kind that Telegram did not export.`);
  return { items, problems: reasons.map((reason) => ({ locator: record.locator, reason })) };
}

function toItem(message: TelegramMessage, chat: TelegramChat, hints: TelegramHints, record: RawRecord): DraftItem {
  const name = wellFormedText(message.from ?? "").text;
  const identity = senderOf(message, name);
  const sentAt = instantOf(message, record.hints.zone ?? "UTC");
  const { text, labels } = telegramText(message);
  const files = telegramFiles(message);
  const isOwn = hints.ownerId !== null && identity?.value === `telegram:user${hints.ownerId}`;
  const id = `telegram:${chat.id}:${message.id}`;
  const said = text === "" ? files.map((file) => rawText(file.name)).join("\n") : text;
  const isQuoted = message.isForwarded && isOwn;
  const from = identity === null ? null : { role: "from" as const, identity, name: untrusted(name) };
  const item: DraftItem = {
    ...blankItem("message", "telegram", id),
    providerId: id,
    fingerprint: fingerprint(identity?.value ?? "", sentAt, "", said),
    threadKeys: [`chat:telegram:${chat.id}`],
    threadTitle: untrusted(titleOf(chat)),
    group: groupTypes.has(chat.type),
    sentAt,
    sentEvidence: isOwn,
    parties: chatParties(from, otherSide(chat)),
    text: untrusted(isQuoted ? "" : text),
    quoted: untrusted(isQuoted ? text : ""),
    labels: [...labels, ...labelsOf(message, chat)],
    attachments: files,
  };
  if (sentAt !== null) return item;
  return { ...item, partial: true, problems: ["This message has no readable date."] };
}

function senderOf(message: TelegramMessage, name: string): Identity | null {
  if (message.from_id !== null && message.from_id !== undefined) return telegramSender(message.from_id);
  return name === "" ? null : chatNameIdentity("telegram", name);
}

/** In a chat of two the chat's own number is that of the other person. */
function otherSide(chat: TelegramChat): { identity: Identity; name: string }[] {
  if (chat.type !== "personal_chat" && chat.type !== "bot_chat") return [];
  return [{ identity: handleIdentity("telegram", `user${chat.id}`), name: chat.name }];
}

function titleOf(chat: TelegramChat): string {
  if (chat.type === "saved_messages") return "Saved Messages";
  return chat.name === "" ? `Telegram chat ${chat.id}` : wellFormedText(chat.name).text;
}

function labelsOf(message: TelegramMessage, chat: TelegramChat): string[] {
  const labels: string[] = [];
  if (message.isForwarded) labels.push("forwarded");
  if (message.edited !== undefined || message.edited_unixtime !== undefined) labels.push("edited");
  if (message.media_type === "voice_message") labels.push("voice");
  if (chat.type === "bot_chat") labels.push("bot");
  if (chat.type.endsWith("_channel")) labels.push("channel");
  return labels;
}

/** `date` is local time without a zone and stands in only where the seconds since 1970 are missing. */
function instantOf(message: TelegramMessage, zone: string): string | null {
  const seconds = message.date_unixtime === undefined ? Number.NaN : Number(message.date_unixtime);
  if (Number.isSafeInteger(seconds) && seconds > 0 && seconds * 1000 < latestMs) {
    return new Date(seconds * 1000).toISOString();
  }
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/.exec(message.date ?? "");
  if (parts === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  const instant = localInstant({ year, month, day, hour, minute, second }, zone);
  return instant === null || instant < 0 || instant >= latestMs ? null : new Date(instant).toISOString();
}

const contactRowSchema = z.object({
  user_id: z.union([z.number(), z.string()]).transform(String).optional().catch(undefined),
  first_name: z.string().nullish().catch(null),
  last_name: z.string().nullish().catch(null),
  phone_number: z.string().nullish().catch(null),
});

function readContacts(record: RawRecord, rows: readonly unknown[]): ParsedRecord {
  const region = record.hints.region ?? "";
  const items: DraftItem[] = [];
  let unreadable = 0;
  for (const row of rows) {
    const parsed = contactRowSchema.safeParse(row);
    const item = parsed.success ? contactItem(parsed.data, region) : null;
    if (item === null) unreadable += 1;
    else items.push(item);
  }
  const problems =
    unreadable === 0 ? [] : [{ locator: record.locator, reason: `${unreadable} contacts could not be read.` }];
  return { items, problems };
}

function contactItem(row: z.output<typeof contactRowSchema>, region: string): DraftItem | null {
  const name = [row.first_name, row.last_name]
    .filter((part) => part !== null && part !== undefined && part !== "")
    .join(" ");
  // Telegram writes "00351 912 …" for "+351 912 …".
  const written = (row.phone_number ?? "").trim().replace(/^00/, "+");
  const phone = phoneIdentity(written, region)?.value ?? written;
  const id = row.user_id === undefined || row.user_id === "0" ? null : row.user_id;
  const contact = {
    ...blankContact(),
    names: name === "" ? [] : [name],
    phones: phone === "" ? [] : [phone],
    handles: id === null ? [] : [`telegram:user${id}`],
  };
  return toContactItem(contact, id === null ? null : `telegram:contact:${id}`, region);
}

function problemOnly(record: RawRecord, reason: string): ParsedRecord {
  return { items: [], problems: [{ locator: record.locator, reason }] };
}
