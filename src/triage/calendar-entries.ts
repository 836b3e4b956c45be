import type { EventAnswer, EventDetails, EventType } from "../core/item.ts";
import type { ZoneClock } from "./zone-clock.ts";

/** An event as it stands in a calendar: the newest version that any source has. */
export interface CalendarEntry {
  itemId: number;
  event: EventDetails;
}

/** The newest of each event and of each changed time. Contract: pure. */
export function newestEntries<Entry extends CalendarEntry>(entries: readonly Entry[]): Entry[] {
  const newest = new Map<string, Entry>();
  for (const entry of entries) {
    const key = entryKey(entry.event);
    const kept = newest.get(key);
    if (kept === undefined || isNewer(entry, kept)) newest.set(key, entry);
  }
  return [...newest.values()];
}

/** An event, or one changed time of a series. */
export function entryKey({ uid, recurrenceId }: EventDetails): string {
  return `${recurrenceId ?? ""} ${uid}`;
}

function isNewer({ event, itemId }: CalendarEntry, kept: CalendarEntry): boolean {
  if (event.ownCalendar !== kept.event.ownCalendar) return event.ownCalendar;
  const [said, before] = [event.updatedAt, kept.event.updatedAt];
  if (said !== before && said !== null && before !== null) return said > before;
  if (event.sequence !== kept.event.sequence) return event.sequence > kept.event.sequence;
  // A file says nothing of when it was written; what follows its service does.
  if (said !== before) return said !== null;
  return itemId > kept.itemId;
}

/** Entries that only tell where or what the owner is: nobody asks anything with them. */
const ownNotes: readonly EventType[] = ["birthday", "focus_time", "from_gmail", "out_of_office", "working_location"];
/** Of those, what leaves the owner free for a meeting. */
const freeNotes: readonly EventType[] = ["birthday", "working_location"];

/** The owner's answer: what their own calendar says, else the guest list. Null when they were not invited. */
export function ownAnswer(event: EventDetails, ownerIdentities: ReadonlySet<string>): EventAnswer | null {
  const invited = event.attendees.find(({ address }) => ownerIdentities.has(address.toLowerCase()));
  return event.ownAnswer ?? invited?.answer ?? null;
}

/**
 * Whether an event keeps the owner from being elsewhere: theirs, timed, not cancelled, shown as busy, not declined. What they
 * have not answered yet does, as their calendar shows it too.
 */
export function takesTime(event: EventDetails, ownerIdentities: ReadonlySet<string>): boolean {
  if (!event.ownCalendar || event.transparent || event.allDay || event.status === "cancelled") return false;
  if (freeNotes.includes(event.type)) return false;
  return ownAnswer(event, ownerIdentities) !== "declined";
}

/** Whether an entry of a calendar can never be news: other people's, the owner's own notes, and what they declined. */
export function isNoNews(event: EventDetails, ownerIdentities: ReadonlySet<string>): boolean {
  if (!event.ownCalendar || ownNotes.includes(event.type)) return true;
  return ownAnswer(event, ownerIdentities) === "declined";
}

/** When an event is over, in milliseconds since 1970; NaN when nobody knows. A whole day ends at the owner's own midnight. */
export function endOf(event: EventDetails, clock: ZoneClock): number {
  const endMs = Date.parse(event.endsAt ?? event.startsAt ?? "");
  if (!event.allDay || Number.isNaN(endMs)) return endMs;
  const date = new Date(endMs);
  return clock.instant(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), 0, 0);
}
