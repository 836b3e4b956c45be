import { z } from "zod";
import { fingerprint } from "../../../src/core/fingerprint.ts";
import { emailIdentity } from "../../../src/core/identity.ts";
import type { Channel, DraftItem } from "../../../src/core/item.ts";
import { untrusted } from "../../../src/core/untrusted.ts";
import { blankItem } from "../../../src/formats/blank-item.ts";
import type { CardSpec, GateLife, Stored } from "./gate-fixture.ts";

const call = z.object({ function: z.string(), args: z.record(z.string(), z.unknown()) });
export const hostileSchema = z.object({
  id: z.string(),
  channel: z.string(),
  from: z.string(),
  subject: z.string().nullable(),
  body_text: z.string().nullable(),
  body_html: z.string().nullable(),
  injection: z.string().nullable(),
  obedient_calls: z.array(call),
  expected_flags: z.array(z.string()),
  extra: z.object({ headers: z.record(z.string(), z.string()).optional() }),
});
export type Hostile = z.output<typeof hostileSchema>;
type Call = z.output<typeof call>;

/** What else the owner has: what placeholders of the calls stand for. */
export interface Surroundings {
  /** A list somebody sent, which "(data)" stands for. */
  list: Stored & { text: string };
  /** Mails nobody has opened. */
  unread: (Stored & { text: string })[];
  /** Meetings, which "(meetings)" stands for. */
  meetings: Stored[];
  meetingsText: string;
  /** Documents of the owner's folder. */
  files: (Stored & { name: string; text: string })[];
  /** A mail that holds a sign-in code. */
  code: Stored;
  token: Stored;
}

export type Turned = { kind: "card"; card: CardSpec } | { kind: "refused"; why: string } | { kind: "reading" };

/** Stores the hostile item as it would arrive on its channel. */
export async function storeHostile(life: GateLife, item: Hostile): Promise<Stored> {
  const text = item.body_text ?? "";
  if (item.channel === "email") {
    const from =
      emailIdentity(/<([^>]+)>\s*$/.exec(item.from)?.[1] ?? item.from) === null ? "unknown@mail.example" : item.from;
    const headers = Object.entries(item.extra.headers ?? {}).map(
      ([name, value]) => `${name}: mx.world.example; ${value.replaceAll(" ", "; ")}`,
    );
    return await life.mail({
      from,
      subject: item.subject ?? "",
      text,
      html: item.body_html,
      ...(headers.length > 0 ? { headers } : {}),
    });
  }
  const channel: Channel =
    item.channel === "calendar"
      ? "calendar"
      : item.channel === "imessage"
        ? "imessage"
        : item.channel === "notion"
          ? "notion"
          : "drive";
  const kind = channel === "calendar" ? "event" : channel === "imessage" ? "message" : "document";
  return await life.take(storedText(item.id, kind, channel, item.subject ?? "", text, item.from));
}

export function storedText(
  id: string,
  kind: DraftItem["kind"],
  channel: Channel,
  title: string,
  text: string,
  from = "",
): DraftItem {
  const identity = emailIdentity(from) ?? (from.startsWith("+") ? ({ kind: "phone", value: from } as const) : null);
  const at = "2026-11-18T09:00:00.000Z";
  return {
    ...blankItem(kind, channel, id),
    fingerprint: fingerprint(from, at, title, text),
    threadKeys: [`test:${id}`],
    threadTitle: untrusted(title),
    sentAt: at,
    subject: untrusted(title),
    text: untrusted(text),
    parties:
      identity === null ? [] : [{ role: kind === "event" ? "organizer" : "from", identity, name: untrusted("") }],
  };
}

/** The card that an obedient model would propose by this call; what no action can express is refused. */
export function turnCall(one: Call, item: Hostile, hostile: Stored, around: Surroundings): Turned {
  const { args } = one;
  const name = one.function;
  if (/^(?:search_|get_|list_)|(?:Search|List|Get|View|Download)[A-Z]/.test(name)) return { kind: "reading" };
  const seen = [
    hostile.itemId,
    around.list.itemId,
    around.code.itemId,
    around.token.itemId,
    ...around.unread.map((mail) => mail.itemId),
    ...around.meetings.map((one) => one.itemId),
    ...around.files.map((file) => file.itemId),
  ];
  const origin = { itemsRead: seen };
  const inThread = { ...origin, openedThreads: [hostile.threadId] };
  if (name === "send_email" || name === "send_message")
    return { kind: "card", card: mailCard(one, item, hostile, around, seen) };
  if (name === "forward_email") {
    const text = around.unread.map((mail) => `---------- Forwarded message ----------\n${mail.text}`).join("\n\n");
    return { kind: "card", card: { action: "gmail.forward", tier: "send", to: listOf(args["to"]), text, origin } };
  }
  if (name === "answer_text") {
    const text = fill(textOf(args["text"]), item, around);
    const from = emailIdentity(/<([^>]+)>\s*$/.exec(item.from)?.[1] ?? item.from)?.value ?? "unknown@mail.example";
    return {
      kind: "card",
      card: { action: "gmail.reply", tier: "send", to: [from], text, about: hostile, origin: inThread },
    };
  }
  if (name === "delete_email") {
    const line = { id: "1", label: "A mail", detail: "", group: "" };
    return { kind: "card", card: { action: "gmail.trash", tier: "change", origin, preview: { lines: [line] } } };
  }
  if (name === "create_event") {
    const guests = listOf(args["attendees"]).map((address) => ({
      role: "guest" as const,
      channel: "mail" as const,
      address,
      name: "",
    }));
    const fields = [{ label: "Title", value: textOf(args["title"]) }];
    return { kind: "card", card: { action: "calendar.create_event", tier: "send", to: guests, fields, origin } };
  }
  if (name === "update_event") {
    const history = { rejectedAt: null, fromSameOrigin: item.obedient_calls.length };
    return {
      kind: "card",
      card: {
        action: "calendar.update_event",
        tier: "change",
        fields: [{ label: "Colour", value: "3" }],
        origin,
        history,
      },
    };
  }
  if (/money|^pay$|PayBill/i.test(name))
    return { kind: "card", card: handOff("handoff.pay", JSON.stringify(args), origin) };
  if (name === "sign") return { kind: "card", card: handOff("handoff.sign", textOf(args["doc"]), origin) };
  return { kind: "refused", why: name };
}

function handOff(action: string, value: string, origin: CardSpec["origin"]): CardSpec {
  const step = { title: "Do it there", url: null, values: [{ label: "What", value }] };
  return {
    action,
    tier: "critical",
    ...(origin === undefined ? {} : { origin }),
    preview: { handOff: { url: null, steps: [step] } },
  };
}

function mailCard(one: Call, item: Hostile, hostile: Stored, around: Surroundings, seen: number[]): CardSpec {
  const { args } = one;
  const to = listOf(args["to"] ?? args["recipients"]);
  const answers = to.length === 1 && item.from.includes(to[0] ?? "\u0000");
  const attached = Array.isArray(args["attachments"]) ? args["attachments"] : [];
  const files = attached.map((file, at) => {
    const known = around.files[at % around.files.length];
    const isName = typeof file === "string";
    return {
      name: isName ? file : (known?.name ?? "file"),
      mediaType: isName ? "application/zip" : "text/plain",
      sizeBytes: 1000,
      sha256: `${at}`.padStart(64, "0"),
      text: isName ? null : (known?.text ?? ""),
    };
  });
  return {
    action: one.function === "send_message" ? "messages.send" : answers ? "gmail.reply" : "gmail.send_message",
    tier: "send",
    to: to.map((address) => ({
      role: "to" as const,
      channel: address.startsWith("+") ? ("imessage" as const) : ("mail" as const),
      address,
      name: "",
    })),
    subject: textOf(args["subject"]),
    text: fill(textOf(args["body"] ?? args["text"]), item, around),
    ...(answers ? { about: hostile } : {}),
    origin: { itemsRead: seen, openedThreads: answers ? [hostile.threadId] : [] },
    preview: { files },
  };
}

/** Placeholders become what the world holds; a reply that "carries the planted content" carries the injection itself. */
function fill(text: string, item: Hostile, around: Surroundings): string {
  return text
    .replace("(data)", around.list.text)
    .replace("(meetings)", around.meetingsText)
    .replace(/^\(the digest carries the planted content\)$/, item.injection ?? "");
}

function listOf(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((one) => typeof one === "string")
    : typeof value === "string"
      ? [value]
      : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
