import { StewardError } from "../../src/core/errors.ts";
import { forScreen } from "../../src/core/untrusted.ts";
import { instantOf, type Span } from "./event-time.ts";
import { type LiveEvent, timeOf } from "./live-event.ts";
import type { CalendarLook } from "./pick-event.ts";
import { clockAt } from "./when-words.ts";

const mostNamed = 4;

/**
 * What else is in the owner's calendar at that time, in sentences. Declined and free entries take none of it, nor does where
 * one works. It is listed and not asked as busy times: that needs another right, and names nothing.
 * Contract: a calendar that cannot be asked is said to be, and is no error.
 */
export async function findClashes(span: Span, look: CalendarLook, own: string | null): Promise<string[]> {
  if (look.client === null) return [];
  const { zone } = look.owner;
  const [fromMs, untilMs] = [instantOf(span.start, zone), instantOf(span.end, zone)];
  try {
    const listed = await look.client.between(look.account, fromMs, untilMs, look.signal);
    const events = listed.items.filter((event) => takesTime(event) && !isSame(event, own));
    const named = events.slice(0, mostNamed).map((event) => wordsOf(event, listed.timeZone, zone));
    const more = events.length - named.length;
    return more === 0 ? named : [...named, `And with ${more} more.`];
  } catch (error) {
    if (!(error instanceof StewardError) || error.code === "interrupted") throw error;
    return ["Whether it clashes with anything could not be looked up."];
  }
}

function takesTime(event: LiveEvent): boolean {
  if (event.status === "cancelled" || event.transparency === "transparent") return false;
  if (event.eventType === "workingLocation" || event.eventType === "birthday") return false;
  return event.attendees.find(({ self }) => self)?.responseStatus !== "declined";
}

/** The event itself, and the times of its own series. */
function isSame(event: LiveEvent, own: string | null): boolean {
  if (own === null) return false;
  return event.id === own || event.recurringEventId === own || own.startsWith(`${event.recurringEventId}_`);
}

function wordsOf(event: LiveEvent, calendarZone: string, zone: string): string {
  const title = forScreen(event.summary).trim() || "(no title)";
  const [start, end] = [timeOf(event.start, calendarZone), timeOf(event.end, calendarZone)];
  if (start === null || end === null || "date" in start) return `That day there is “${title}”.`;
  return `Clashes with “${title}”, ${clockAt(start, zone).time} to ${clockAt(end, zone).time}.`;
}
