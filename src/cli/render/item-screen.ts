import { bytes, count, plural } from "../../core/plural.ts";
import { fullMoment } from "../../core/times.ts";
import { forScreen, rawText } from "../../core/untrusted.ts";
import type { FullItem } from "../../store/items.ts";
import type { Paint } from "./paint.ts";
import { clip, displayWidth, wrap } from "./width.ts";

export interface ItemScreenOptions {
  paint: Paint;
  width: number;
  zone: string;
  /** Unfold quoted history, signature and long texts. */
  full: boolean;
}

const foldedTextLines = 60;
const hiddenLines = 6;

/** One item as a person reads it: who, when, what; what is folded or hidden is counted; where it lies. */
export function itemLines(item: FullItem, options: ItemScreenOptions): string[] {
  const { paint, width } = options;
  const from = senderOf(item);
  // A date is the same day everywhere.
  const isDay = item.event?.allDay === true;
  const when = isDay ? dayName(item.sent_at) : fullMoment(item.sent_at, options.zone);
  const gap = Math.max(2, width - displayWidth(from) - when.length);
  const head =
    displayWidth(from) + when.length + 2 <= width
      ? [`${paint.bold(from)}${" ".repeat(gap)}${paint.dim(when)}`]
      : [paint.bold(clip(from, width)), paint.dim(when)];
  const body = [
    ...recipientLines(item, options),
    ...eventLines(item, options),
    ...contactLines(item, options),
    ...textLines(item, options),
    ...foldedLines(item, options),
    ...hiddenTextLines(item, options),
    ...attachmentLines(item, options),
    ...placeLines(item, options),
  ];
  return [...head, ...body];
}

/** `Name <address>` of whoever wrote it, `You` for the owner. */
export function senderOf(item: FullItem): string {
  if (item.from_owner) return "You";
  const party = item.parties.find(({ role }) => role === "from" || role === "organizer");
  return party === undefined ? item.kind : partyWords(party);
}

function partyWords(party: FullItem["parties"][number]): string {
  if (party.is_owner) return "you";
  const name = forScreen(party.name) || forScreen(party.person);
  const address = forScreen(party.value.replace(/^(?:whatsapp|telegram|imessage):/, ""));
  return name === "" || name === address ? address : `${name} <${address}>`;
}

function recipientLines(item: FullItem, { paint, width }: ItemScreenOptions): string[] {
  const roles = [
    ["to", ["to", "member", "attendee"]],
    ["cc", ["cc"]],
    ["bcc", ["bcc"]],
    ["answers go to", ["reply_to"]],
  ] as const;
  return roles.flatMap(([word, list]) => {
    const parties = item.parties.filter(({ role }) => list.some((one) => one === role));
    if (parties.length === 0) return [];
    const names = parties.slice(0, 8).map(partyWords).join(", ");
    const more = parties.length > 8 ? ` and ${count(parties.length - 8)} more` : "";
    return wrap(`${word} ${names}${more}`, width).map(paint.dim);
  });
}

function eventLines(item: FullItem, { zone, width }: ItemScreenOptions): string[] {
  if (item.event === null) return [];
  const { startsAt, endsAt, allDay, location, conference, status, rrule } = item.event;
  const end = endsAt === null || allDay ? "" : ` – ${fullMoment(endsAt, zone).split(", ")[1] ?? ""}`;
  const day = allDay ? `${dayName(startsAt)}, all day` : fullMoment(startsAt, zone);
  const [where, join] = [forScreen(location), forScreen(conference)];
  const words = [`When: ${day}${end}`, where === "" ? "" : `Where: ${where}`, join === "" ? "" : `Join: ${join}`];
  if (status !== "confirmed") words.push(status === "cancelled" ? "Cancelled" : "Tentative");
  if (rrule !== null) words.push("Repeats");
  return [
    "",
    ...words.filter((word) => word !== "").flatMap((word) => wrap(word, width - 2).map((line) => `  ${line}`)),
  ];
}

function dayName(date: string | null): string {
  return fullMoment(date, "UTC").split(",")[0] ?? "";
}

function contactLines(item: FullItem, { width }: ItemScreenOptions): string[] {
  if (item.contact === null) return [];
  const { names, emails, phones, organisation, title, birthday, notes } = item.contact;
  const words = [...names, ...emails, ...phones, organisation, title, birthday, notes].filter((word) => word !== "");
  return words.flatMap((word) => wrap(forScreen(word), width - 2).map((line) => `  ${line}`));
}

function textLines(item: FullItem, { width, full, paint }: ItemScreenOptions): string[] {
  const text = forScreen(item.text, { multiline: true }).trim();
  if (text === "") return item.kind === "message" ? ["", paint.dim("  (no text)")] : [];
  const lines = wrap(text.replace(/\n{3,}/g, "\n\n"), width - 2).map((line) => (line === "" ? "" : `  ${line}`));
  if (full || lines.length <= foldedTextLines + 5) return ["", ...lines];
  const more = lines.length - foldedTextLines;
  return ["", ...lines.slice(0, foldedTextLines), paint.dim(`  [${plural(more, "more line")}; --full shows them]`)];
}

function foldedLines(item: FullItem, { full, paint, width }: ItemScreenOptions): string[] {
  const parts = [
    ["quoted", rawText(item.quoted), item.quoted],
    ["signature", rawText(item.signature), item.signature],
  ] as const;
  const lines: string[] = [];
  for (const [name, raw, text] of parts) {
    if (raw.trim() === "") continue;
    if (full) {
      const shown = wrap(forScreen(text, { multiline: true }).trim(), width - 4);
      lines.push("", ...shown.map((line) => paint.dim(`  │ ${line}`)));
    } else if (name === "quoted") {
      lines.push(paint.dim(`  [${plural(raw.trim().split("\n").length, "quoted line")} folded; --full shows them]`));
    }
  }
  return lines;
}

/** What a person would not have seen is shown as such, never mixed with the text. */
function hiddenTextLines(item: FullItem, { paint, width, full }: ItemScreenOptions): string[] {
  const hidden = forScreen(item.hidden, { multiline: true }).trim();
  const invisible = item.mail?.hiddenCharacters ?? 0;
  const lines: string[] = [];
  if (hidden !== "") {
    const wrapped = wrap(hidden, width - 4).filter((line) => line.trim() !== "");
    const shown = full ? wrapped : wrapped.slice(0, hiddenLines);
    lines.push(paint.magenta("  Hidden in this message:"));
    lines.push(...shown.map((line) => `  ${paint.magenta("┊")} ${line}`));
    if (shown.length < wrapped.length) {
      lines.push(paint.dim(`  [${plural(wrapped.length - shown.length, "more hidden line")}; --full shows them]`));
    }
  }
  if (invisible > 0) lines.push(paint.magenta(`  ${plural(invisible, "invisible character")} left out.`));
  return lines;
}

function attachmentLines(item: FullItem, { paint, width }: ItemScreenOptions): string[] {
  return item.attachments
    .filter((file) => !file.inline || rawText(file.name) !== "")
    .map((file) => {
      const name = forScreen(file.name) || "unnamed";
      const searchable = rawText(file.text) === "" ? "" : ", its text is searchable";
      return `  ${paint.cyan("+")} ${clip(`${name} (${bytes(file.sizeBytes)}${searchable})`, width - 4)}`;
    });
}

function placeLines(item: FullItem, { paint, width }: ItemScreenOptions): string[] {
  const lines: string[] = [];
  if (item.is_partial) lines.push(paint.yellow("  Could only be read in part."));
  for (const { label, path, byte_offset: offset } of item.sightings.slice(0, 4)) {
    const place = offset === null ? path : `${path} at byte ${count(offset)}`;
    const words = `i${item.id} · ${forScreen(label ?? "a source since removed")}: ${forScreen(place)}`;
    lines.push(...wrap(words, width - 2).map((line) => paint.dim(`  ${line}`)));
  }
  return ["", ...lines];
}
