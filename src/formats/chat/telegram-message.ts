import { z } from "zod";
import { handleIdentity } from "../../core/identity.ts";
import type { Attachment, Identity } from "../../core/item.ts";
import { untrusted } from "../../core/untrusted.ts";
import { wellFormedText } from "./well-formed-text.ts";

const idSchema = z.union([z.number(), z.string()]).transform(String);
const pieceSchema = z.union([z.string(), z.object({ text: z.string().catch("") }).transform((piece) => piece.text)]);
const textSchema = z.union([z.string(), z.array(pieceSchema.catch("")).transform((pieces) => pieces.join(""))]);
const optionalText = z.string().optional().catch(undefined);

/** One row of a chat, naming only what is used; a field of another type than expected is read as absent. */
export const telegramMessageSchema = z.object({
  id: idSchema,
  type: z.string().catch(""),
  date: optionalText,
  date_unixtime: idSchema.optional().catch(undefined),
  edited_unixtime: idSchema.optional().catch(undefined),
  edited: optionalText,
  from: z.string().nullish().catch(null),
  from_id: idSchema.nullish().catch(null),
  text: textSchema.catch(""),
  text_entities: textSchema.optional().catch(undefined),
  forwarded_from: z.string().nullish().catch(null),
  file: optionalText,
  file_name: optionalText,
  file_size: z.number().optional().catch(undefined),
  photo: optionalText,
  photo_file_size: z.number().optional().catch(undefined),
  mime_type: optionalText,
  media_type: optionalText,
  poll: z
    .object({
      question: textSchema.catch(""),
      answers: z.array(z.object({ text: textSchema.catch("") })).catch([]),
    })
    .optional()
    .catch(undefined),
  location_information: z.object({ latitude: z.number(), longitude: z.number() }).optional().catch(undefined),
  place_name: optionalText,
  contact_information: z
    .object({ first_name: z.string().catch(""), last_name: z.string().catch(""), phone_number: z.string().catch("") })
    .optional()
    .catch(undefined),
});
export type TelegramMessage = z.output<typeof telegramMessageSchema> & { isForwarded: boolean };

/** A row as a message; null when it has no number or is no object. `forwarded_from: null` is a forward from somebody gone. */
export function readTelegramMessage(row: unknown): TelegramMessage | null {
  const parsed = telegramMessageSchema.safeParse(row);
  if (!parsed.success) return null;
  return { ...parsed.data, isForwarded: typeof row === "object" && row !== null && "forwarded_from" in row };
}

/** The account a row is from (`user123`, `channel123`); older exports write the bare number. */
export function telegramSender(fromId: string): Identity {
  return handleIdentity("telegram", /^\d+$/.test(fromId) ? `user${fromId}` : fromId);
}

/** What a row says in words, and which words are not the sender's typing. */
export function telegramText(message: TelegramMessage): { text: string; labels: string[] } {
  const labels: string[] = [];
  const lines = [message.text === "" ? (message.text_entities ?? "") : message.text];
  if (message.poll !== undefined) {
    labels.push("poll");
    lines.push(message.poll.question, ...message.poll.answers.map((answer) => `- ${answer.text}`));
  }
  if (message.location_information !== undefined) {
    labels.push("location");
    const { latitude, longitude } = message.location_information;
    lines.push(`${message.place_name ?? "Location"}: ${latitude}, ${longitude}`);
  }
  if (message.contact_information !== undefined) {
    labels.push("contact");
    const { first_name, last_name, phone_number } = message.contact_information;
    lines.push(`Contact: ${[first_name, last_name, phone_number].filter((part) => part !== "").join(" ")}`);
  }
  return { text: wellFormedText(lines.filter((line) => line !== "").join("\n")).text, labels };
}

const kinds: Record<string, { name: string; mediaType: string }> = {
  voice_message: { name: "voice note", mediaType: "audio/ogg" },
  video_message: { name: "video message", mediaType: "video/mp4" },
  video_file: { name: "video", mediaType: "video/mp4" },
  audio_file: { name: "audio", mediaType: "audio/mpeg" },
  sticker: { name: "sticker", mediaType: "image/webp" },
  animation: { name: "animation", mediaType: "video/mp4" },
};

/** The files of a row. Where the export left one out, its field holds a sentence in brackets and the kind gives the name. */
export function telegramFiles(message: TelegramMessage): Attachment[] {
  const files: Attachment[] = [];
  if (message.photo !== undefined) {
    files.push(toFile(nameIn(message.photo) ?? "photo", "image/jpeg", message.photo_file_size));
  }
  if (message.file !== undefined) {
    const kind = kinds[message.media_type ?? ""] ?? { name: "file", mediaType: "application/octet-stream" };
    const isVoice = message.media_type === "voice_message";
    const name = isVoice ? kind.name : (message.file_name ?? nameIn(message.file) ?? kind.name);
    files.push(toFile(name, message.mime_type ?? kind.mediaType, message.file_size));
  }
  return files;
}

function nameIn(path: string): string | null {
  if (path === "" || path.startsWith("(")) return null;
  return path.slice(path.lastIndexOf("/") + 1);
}

function toFile(name: string, mediaType: string, sizeBytes: number | undefined): Attachment {
  const written = untrusted(wellFormedText(name).text);
  return { name: written, mediaType, sizeBytes: sizeBytes ?? 0, sha256: null, inline: false, text: untrusted("") };
}
