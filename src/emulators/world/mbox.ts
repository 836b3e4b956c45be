import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { type Frame, toWall } from "./frame.ts";
import { buildBody } from "./mail-body.ts";
import { profileHeaders, transportHeaders } from "./mail-headers.ts";
import { type PlannedMail, planMails } from "./mail-plan.ts";
import { addressHeader, textHeader } from "./mime.ts";
import type { World } from "./schema.ts";

const HOUR_MS = 3_600_000;
const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/**
 * The mailbox as Gmail's Takeout writes it: newest first, CRLF, `From <id>@xxx Www Mmm dd hh:mm:ss +0000 yyyy`, body lines
 * that begin with "From " quoted by ">".
 */
export function renderMbox(world: World, frame: Frame): Uint8Array {
  const newestFirst = planMails(world, frame).sort((a, b) => b.atMs - a.atMs || a.messageId.localeCompare(b.messageId));
  const entries = newestFirst.map((mail) => {
    const quoted = renderMail(world, frame, mail).replace(/^(>*From )/gm, ">$1");
    return `From ${decimalId(mail.messageId)}@xxx ${asctime(mail.atMs)}\r\n${quoted}\r\n`;
  });
  return Buffer.from(entries.join(""), "latin1");
}

/** One mail as RFC 5322 bytes (7-bit), headers as Takeout keeps them. */
export function renderMail(world: World, frame: Frame, mail: PlannedMail): string {
  const owner = world.people[world.persona.owner]?.email ?? "";
  const date = mailDate(frame, mail.atMs);
  const part = buildBody(world, frame, mail);
  const threading =
    mail.references.length === 0
      ? []
      : [`In-Reply-To: ${mail.references.at(-1)}`, `References: ${mail.references.slice(-12).join("\r\n ")}`];
  const headers = [
    `X-GM-THRID: ${decimalId(mail.threadId)}`,
    `X-Gmail-Labels: ${labelsOf(world, frame, mail).join(",")}`,
    ...transportHeaders(mail, owner, date),
    "MIME-Version: 1.0",
    `Date: ${date}`,
    `Message-ID: ${mail.messageId}`,
    ...threading,
    textHeader("Subject", mail.subject),
    addressHeader("From", [mail.from]),
    addressHeader("To", mail.to),
    ...(mail.cc.length === 0 ? [] : [addressHeader("Cc", mail.cc)]),
    ...(mail.replyTo === null ? [] : [`Reply-To: ${mail.replyTo}`]),
    ...profileHeaders(mail),
    ...part.headers,
  ];
  return `${headers.join("\r\n")}\r\n\r\n${part.body}\r\n`;
}

function labelsOf(world: World, frame: Frame, mail: PlannedMail): string[] {
  const toSelf = mail.to.length === 1 && mail.to[0]?.email === mail.from.email;
  if (mail.fromOwner) return toSelf ? ["Inbox", "Sent", "Opened"] : ["Sent", "Opened"];
  const read = mail.atMs <= frame.nowMs - world.persona.lastReadHours * HOUR_MS;
  const state = read ? "Opened" : "Unread";
  if (mail.labels.includes("Spam")) return ["Spam", state];
  const place = read && frame.nowMs - mail.atMs > 21 * 24 * HOUR_MS ? "Archived" : "Inbox";
  const known = Object.values(world.people).some(
    (person) => person.email === mail.from.email && person.contact !== undefined,
  );
  const categories = mail.labels.filter((label) => label !== "Inbox");
  const category =
    categories.length > 0 ? categories : [mail.profile === "person" ? "Category Personal" : "Category Updates"];
  return [place, ...(known ? ["Important"] : []), state, ...category];
}

/** Takeout names messages and threads by a decimal number; the API gives the same one in hexadecimal. */
export function decimalId(text: string): string {
  return BigInt(`0x1${createHash("sha256").update(text).digest("hex").slice(0, 14)}`).toString();
}

function asctime(ms: number): string {
  const at = new Date(ms);
  const day = String(at.getUTCDate()).padStart(2, "0");
  const time = at.toISOString().slice(11, 19);
  return `${weekdays[at.getUTCDay()]} ${months[at.getUTCMonth()]} ${day} ${time} +0000 ${at.getUTCFullYear()}`;
}

function mailDate(frame: Frame, ms: number): string {
  const wall = toWall(frame, ms);
  const minutes = Math.round(frame.offsetMs(ms) / 60_000);
  const size = Math.abs(minutes);
  const offset = `${minutes < 0 ? "-" : "+"}${String(Math.floor(size / 60)).padStart(2, "0")}${String(size % 60).padStart(2, "0")}`;
  const time = wall.toISOString().slice(11, 19);
  return `${weekdays[wall.getUTCDay()]}, ${wall.getUTCDate()} ${months[wall.getUTCMonth()]} ${wall.getUTCFullYear()} ${time} ${offset}`;
}
