/** One event that does not repeat. */
export interface WrittenEvent {
  /** Globally unique, the same for the same event. */
  uid: string;
  /** When it was written down, UTC ISO-8601. */
  stampAt: string;
  title: string;
  /** Dates (`2026-11-28`, the end is the day after the last) for whole days, else UTC ISO-8601. */
  startsAt: string;
  endsAt: string;
  isAllDay: boolean;
  location: string;
  description: string;
}

/**
 * An iCalendar file with one event, as any calendar opens it. Times are UTC: right wherever it is opened, and no definition of
 * a zone has to be carried along. Contract: pure; the same event gives the same bytes; lines end in CRLF and hold at most 75
 * octets; control characters in texts are left out.
 * Source: RFC 5545 §3.1 (folding), §3.3.11 (escaping), §3.6.1, §3.8.7.2
 */
export function composeEvent(event: WrittenEvent): string {
  const text = (name: string, value: string): string[] => (value === "" ? [] : [`${name}:${escapeText(value)}`]);
  const time = (name: string, value: string): string =>
    event.isAllDay ? `${name};VALUE=DATE:${value.replaceAll("-", "")}` : `${name}:${utc(value)}`;
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//steward//EN",
    "METHOD:PUBLISH",
    "BEGIN:VEVENT",
    `UID:${escapeText(event.uid)}`,
    `DTSTAMP:${utc(event.stampAt)}`,
    time("DTSTART", event.startsAt),
    time("DTEND", event.endsAt),
    ...text("SUMMARY", event.title),
    ...text("LOCATION", event.location),
    ...text("DESCRIPTION", event.description),
    "END:VEVENT",
    "END:VCALENDAR",
  ]
    .map((line) => `${fold(line)}\r\n`)
    .join("");
}

function utc(instant: string): string {
  return `${instant.slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

function escapeText(value: string): string {
  return value
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "")
    .replace(/[\\;,]/g, (character) => `\\${character}`)
    .replaceAll("\n", "\\n");
}

const lineOctets = 75;

/** Breaks a line after at most 75 octets, never inside a character; what follows begins with a space. */
function fold(line: string): string {
  const parts: string[] = [];
  let part = "";
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > lineOctets) {
      parts.push(part);
      part = " ";
      octets = 1;
    }
    part += character;
    octets += size;
  }
  return [...parts, part].join("\r\n");
}
