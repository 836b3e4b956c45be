import type { Channel } from "../../core/item.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { CoverageLine } from "../../triage/digest-schema.ts";
import { count } from "./plural.ts";
import { moment } from "./times.ts";

/** What the owner calls a channel. */
export function channelName(channel: Channel): string {
  switch (channel) {
    case "mail":
      return "Mail";
    case "whatsapp":
      return "WhatsApp";
    case "telegram":
      return "Telegram";
    case "imessage":
      return "Messages";
    case "calendar":
      return "Calendar";
    case "drive":
      return "Drive";
    case "notion":
      return "Notion";
    case "contacts":
      return "Contacts";
  }
}

/**
 * What was seen, in as few words as can be: the names of what is current, then up to when the others were seen and what in
 * them was not. Several sources of one channel are one name; the oldest end counts.
 */
export function coverageWords(coverage: readonly CoverageLine[], options: { zone: string; nowMs: number }): string {
  const groups = Map.groupBy(coverage, (line) =>
    line.channel === null ? forScreen(line.source) : channelName(line.channel),
  );
  const current: string[] = [];
  const behind: string[] = [];
  for (const [name, lines] of groups) {
    const notes = [...new Set(lines.flatMap((line) => line.notes))].map((note) => forScreen(note));
    const late = lines.filter((line) => !line.current);
    const label =
      lines.length > 1 && late.length > 0 && late.length < lines.length
        ? `${name} (${count(late.length)} of ${count(lines.length)})`
        : name;
    if (late.length === 0 && notes.length === 0) current.push(name);
    else behind.push([late.length === 0 ? name : `${label} ${seenTo(late, options)}`, ...notes].join(", "));
  }
  return [current.join(" "), ...behind].filter((part) => part !== "").join("; ");
}

function seenTo(lines: readonly CoverageLine[], { zone, nowMs }: { zone: string; nowMs: number }): string {
  if (lines.some((line) => line.seenTo === null)) return "not read yet";
  const oldest = lines.flatMap((line) => line.seenTo ?? []).sort()[0];
  return oldest === undefined ? "not read yet" : `to ${moment(oldest, zone, nowMs, { weekday: true })}`;
}
