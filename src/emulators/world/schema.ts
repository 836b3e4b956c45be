import { z } from "zod";

/** Languages the demo's texts are written in; placeholders render in them. */
export const languages = ["en", "de", "fr", "es", "it", "pt"] as const;
export type Language = (typeof languages)[number];

/** What kind of sender a mail has; decides its headers and the shape of its body. */
export const mailProfiles = [
  "person",
  "notice",
  "auto",
  "news",
  "social",
  "crm",
  "list",
  "forge",
  "shop",
  "receipt",
  "code",
  "calendar",
  "oof",
  "bounce",
  "spam",
] as const;
export type MailProfile = (typeof mailProfiles)[number];

const at = z.string().regex(/^(-\d+ \d\d:\d\d|now-[0-8]:\d\d)$/);
const dayAndTime = z.string().regex(/^[+-]\d+w? \d\d:\d\d$/);
const day = z.string().regex(/^[+-]\d+w?$/);
const language = z.enum(languages);
const auth = z.enum(["pass", "fail", "softfail", "none"]);
const profile = z.enum(mailProfiles);

const contact = z.strictObject({
  aliases: z.string().optional(),
  organisation: z.string().optional(),
  role: z.string().optional(),
  relation: z.string().optional(),
  language: z.string().optional(),
  notes: z.string().optional(),
  phones: z.string().optional(),
});

const person = z.strictObject({
  name: z.string(),
  email: z.string(),
  client: z.enum(["gmail", "outlook", "apple", "plain", "html"]),
  phone: z.string().optional(),
  telegram: z.string().optional(),
  /** The name their WhatsApp chat shows, where the owner wrote it into their contacts. */
  whatsapp: z.string().optional(),
  sig: z.string().optional(),
  contact: contact.optional(),
});

const attachment = z.strictObject({ name: z.string(), kind: z.enum(["pdf", "docx", "csv", "png"]), text: z.string() });

/** Fields that an invitation in a mail and an entry of the calendar share. */
const meeting = {
  uid: z.string(),
  summary: z.string(),
  location: z.string().optional(),
  organizer: z.string().optional(),
  attendees: z.array(z.string()).optional(),
  partstat: z.enum(["NEEDS-ACTION", "ACCEPTED"]).optional(),
};

const invite = z.strictObject({
  ...meeting,
  method: z.enum(["REQUEST", "CANCEL", "REPLY"]),
  start: dayAndTime,
  minutes: z.number().int(),
});

const message = z.strictObject({
  at,
  from: z.string(),
  to: z.array(z.string()),
  cc: z.array(z.string()).optional(),
  replyTo: z.string().optional(),
  labels: z.array(z.string()).optional(),
  subject: z.string().optional(),
  profile: profile.optional(),
  body: z.array(z.string()),
  hidden: z.string().optional(),
  attachments: z.array(attachment).optional(),
  invite: invite.optional(),
});

const thread = z.strictObject({
  id: z.string(),
  subject: z.string(),
  lang: language,
  profile,
  auth,
  messages: z.array(message).min(1),
});

const list = z.strictObject({
  id: z.string(),
  subject: z.string(),
  lang: language,
  profile,
  labels: z.array(z.string()),
  list: z.string().optional(),
  voices: z.record(z.string(), z.string()),
  posts: z.array(z.string().regex(/^-\d+ \d\d:\d\d\|\w+\|/)).min(1),
});

const series = z.strictObject({
  id: z.string(),
  from: z.string(),
  lang: language,
  profile,
  auth,
  labels: z.array(z.string()),
  at: z.array(at).min(1),
  variants: z.array(z.strictObject({ subject: z.string(), body: z.array(z.string()) })).min(1),
});

const chat = z.strictObject({
  app: z.enum(["whatsapp", "telegram"]),
  title: z.string(),
  style: z.enum(["ios-en", "ios-de", "android-en", "android-de"]).optional(),
  group: z.boolean(),
  people: z.record(z.string(), z.string()),
  messages: z.array(z.string().regex(/^(-\d+ \d\d:\d\d|now-[0-8]:\d\d)\|[^|]+\|/)),
});

const event = z.strictObject({
  ...meeting,
  start: dayAndTime.optional(),
  minutes: z.number().int().optional(),
  allDay: day.optional(),
  days: z.number().int().optional(),
  rrule: z.string().optional(),
  exception: z.strictObject({ week: z.number().int(), time: z.string(), note: z.string() }).optional(),
  exdate: z.number().int().optional(),
  status: z.enum(["CANCELLED"]).optional(),
  description: z.string().optional(),
});

const document = z.strictObject({
  path: z.string(),
  at: z.string().regex(/^-\d+ \d\d:\d\d$/),
  text: z.array(z.string()).optional(),
  pdf: z.string().optional(),
});

/** The whole invented life: one object of what the JSON files in `data/demo/world/` hold. */
export const worldSchema = z.strictObject({
  persona: z.strictObject({
    owner: z.string(),
    zone: z.string(),
    region: z.string(),
    languages: z.array(language),
    lastReadHours: z.number(),
  }),
  people: z.record(z.string(), person),
  mail: z.array(thread),
  bulk: z.strictObject({ lists: z.array(list), series: z.array(series) }),
  chats: z.array(chat),
  calendar: z.array(event),
  drive: z.array(document),
});

export type World = z.output<typeof worldSchema>;
export type WorldPerson = z.output<typeof person>;
export type WorldThread = z.output<typeof thread>;
export type WorldMessage = z.output<typeof message>;
export type WorldList = z.output<typeof list>;
export type WorldSeries = z.output<typeof series>;
export type WorldChat = z.output<typeof chat>;
export type WorldEvent = z.output<typeof event>;
export type WorldInvite = z.output<typeof invite>;
export type WorldAttachment = z.output<typeof attachment>;
export type AuthResult = z.output<typeof auth>;
