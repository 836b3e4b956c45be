import { z } from "zod";
import { type Untrusted, untrusted } from "./untrusted.ts";

export const itemKinds = ["message", "event", "document", "contact"] as const;
export type ItemKind = (typeof itemKinds)[number];

/** Where an item lives for the owner: the name the digest shows and `in:` filters by. */
export const channels = [
  "mail",
  "whatsapp",
  "telegram",
  "imessage",
  "calendar",
  "drive",
  "notion",
  "web",
  "contacts",
] as const;
export type Channel = (typeof channels)[number];

/** Untrusted text in a parsed row or record. */
export const untrustedSchema = z.string().transform((text): Untrusted => untrusted(text));

export const identityKinds = ["email", "phone", "handle", "chatname"] as const;
export type IdentityKind = (typeof identityKinds)[number];

/**
 * One way of naming somebody. `value` is normalised: an e-mail address in lower case with an ASCII (punycode) domain, a
 * phone number in E.164, a handle as `telegram:user123` or `telegram:@name`, a chat name as `whatsapp:Tom Reyes` (the name a
 * chat export shows; it never joins anybody by itself).
 */
export interface Identity {
  kind: IdentityKind;
  value: string;
}

export const partyRoles = ["from", "to", "cc", "bcc", "reply_to", "sender", "organizer", "attendee", "member"] as const;
export type PartyRole = (typeof partyRoles)[number];

/** Somebody's part in an item. `name` is the display name as written by others. */
export interface Party {
  role: PartyRole;
  identity: Identity;
  name: Untrusted;
}

/** A part of an item that is a file. `text` is what could be extracted from it, empty when nothing was; `sha256` is of the decoded bytes. */
export const attachmentSchema = z.strictObject({
  name: untrustedSchema,
  mediaType: z.string(),
  sizeBytes: z.number(),
  sha256: z.string().nullable(),
  inline: z.boolean(),
  text: untrustedSchema,
});
export type Attachment = z.output<typeof attachmentSchema>;

export const eventAnswers = ["needs_action", "accepted", "declined", "tentative", "delegated"] as const;
export type EventAnswer = (typeof eventAnswers)[number];

/** What kind of entry it is; all but Google's are `default`. */
export const eventTypes = [
  "default",
  "birthday",
  "focus_time",
  "from_gmail",
  "out_of_office",
  "working_location",
] as const;
export type EventType = (typeof eventTypes)[number];

/**
 * The calendar facts of an event, or of an invitation inside a mail. Instants are UTC; `zone` is the event's own. What has a
 * default came later: rows written before do without it.
 */
export const eventSchema = z.strictObject({
  uid: z.string(),
  recurrenceId: z.string().nullable(),
  sequence: z.number(),
  method: z.string().nullable(),
  status: z.enum(["confirmed", "tentative", "cancelled"]),
  startsAt: z.string().nullable(),
  endsAt: z.string().nullable(),
  allDay: z.boolean(),
  zone: z.string().nullable(),
  rrule: z.string().nullable(),
  exdates: z.array(z.string()),
  location: untrustedSchema,
  organizer: z.string().nullable(),
  attendees: z.array(
    z.strictObject({
      address: z.string(),
      name: untrustedSchema,
      answer: z.enum(eventAnswers),
    }),
  ),
  transparent: z.boolean(),
  type: z.enum(eventTypes).default("default"),
  /** The owner's answer as their own calendar knows it; null where only the attendees say it. */
  ownAnswer: z.enum(eventAnswers).nullable().default(null),
  /** False in a calendar of somebody else's that the owner may see: it takes nothing of the owner's time. */
  ownCalendar: z.boolean().default(true),
  /** When it was last changed, as its calendar says. */
  updatedAt: z.string().nullable().default(null),
  /** Where to join it online, as written. */
  conference: untrustedSchema.default(untrusted("")),
});
export type EventDetails = z.output<typeof eventSchema>;

/** What a message's headers and structure say that rules need. Absent facts are `null`, false or empty. */
export const mailFactsSchema = z.strictObject({
  inReplyTo: z.string().nullable(),
  references: z.array(z.string()),
  listId: z.string().nullable(),
  listUnsubscribe: z.boolean(),
  precedence: z.string().nullable(),
  autoSubmitted: z.string().nullable(),
  returnPath: z.string().nullable(),
  importance: z.enum(["high", "low"]).nullable(),
  mailer: z.string().nullable(),
  /** The first Authentication-Results header as written, for the receiving server's own verdicts. */
  authentication: z.string().nullable(),
  dsn: z.boolean(),
  hiddenCharacters: z.number(),
  htmlBytes: z.number(),
  links: z.array(z.string()),
  imageCount: z.number(),
});
export type MailFacts = z.output<typeof mailFactsSchema>;

/** A contact record as somebody's address book has it. */
export const contactSchema = z.strictObject({
  names: z.array(z.string()),
  emails: z.array(z.string()),
  phones: z.array(z.string()),
  handles: z.array(z.string()),
  organisation: z.string(),
  title: z.string(),
  birthday: z.string(),
  notes: z.string(),
});
export type ContactDetails = z.output<typeof contactSchema>;

/**
 * One message, event, document or contact record, normalised, before it has a place in the store. What a parser returns.
 *
 * Contract: `externalId` is stable for the record within its source. `sentAt` is UTC ISO-8601 or null when the record has no
 * readable date between the years 1970 and 2200. `text` is the new text only; quoted history and the signature are split
 * off; `hiddenText` is what a person would not have seen. All texts are well formed (no lone surrogates, no NUL).
 */
export interface DraftItem {
  kind: ItemKind;
  channel: Channel;
  externalId: string;
  /** Same value in every source that knows it: `gmail:<id>`, `telegram:<chat>:<id>`, `imessage:<guid>`; null when unknown. */
  providerId: string | null;
  /** RFC 5322 Message-ID without angle brackets. */
  messageId: string | null;
  /** Hash over what the item says (sender, minute, text), equal for the same item read from another shape of source. */
  fingerprint: string;
  /** Keys of which any shared one joins two items into a thread: `gm:<thrid>`, `mid:<id>`, `chat:<channel>:<id>`, `uid:<uid>`, `file:<path>`. */
  threadKeys: string[];
  /** The chat's title, the mail's subject without Re:, the document's name. */
  threadTitle: Untrusted;
  /** Whether more than two people are in the chat; false for mail. */
  group: boolean;
  sentAt: string | null;
  /** True when the source itself says the owner wrote it: Sent label or folder, `is_from_me`, the export's own account. */
  sentEvidence: boolean;
  parties: Party[];
  subject: Untrusted;
  text: Untrusted;
  quoted: Untrusted;
  signature: Untrusted;
  hiddenText: Untrusted;
  labels: string[];
  attachments: Attachment[];
  mail: MailFacts | null;
  event: EventDetails | null;
  contact: ContactDetails | null;
  /** True when the record could only be read in part; `problems` says why, in words. */
  partial: boolean;
  problems: string[];
}
