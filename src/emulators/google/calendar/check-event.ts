import { RRuleTemporal } from "rrule-temporal";
import { badRequest, GoogleFailure } from "../google-error.ts";
import type { EventResource, StoredCalendar } from "./calendar-state.ts";
import { type EventTime, instantOf, readTime } from "./event-times.ts";
import { seriesText } from "./expand-series.ts";

export const eventTypes = ["default", "birthday", "focusTime", "fromGmail", "outOfOffice", "workingLocation"] as const;
type EventType = (typeof eventTypes)[number];

const dayMs = 86_400_000;

/**
 * An event as it may be kept, its times with their zones. Errors: 400 for what Google refuses: no or mixed or turned-round
 * times, series without a zone or with a rule that is none, and the rules of each `eventType`.
 * Source: https://developers.google.com/workspace/calendar/api/v3/reference/events and .../guides/working-hours-and-location
 */
export function checkEvent(event: EventResource, calendar: StoredCalendar): EventResource {
  const zone = calendar.entry.timeZone ?? "UTC";
  if (event.start === undefined) throw badRequest("Missing start time.", "required");
  if (event.end === undefined) throw badRequest("Missing end time.", "required");
  const repeats = (event.recurrence ?? []).length > 0;
  if (repeats && typeof event.start.date !== "string" && typeof event.start.timeZone !== "string") {
    throw badRequest("Missing time zone definition for start time.", "required");
  }
  const start = readTime(event.start, "start", zone);
  const end = readTime(event.end, "end", start.timeZone ?? zone);
  checkSpan(start, end, zone);
  const checked: EventResource = { ...event, start, end };
  if (repeats) checkRule(checked);
  checkType(checked, calendar);
  return checked;
}

function checkSpan(start: EventTime, end: EventTime, zone: string): void {
  if ((typeof start.date === "string") !== (typeof end.date === "string")) {
    throw badRequest("The start and end times must either both be date or both be dateTime.", "invalid");
  }
  const lengthMs = instantOf(end, zone) - instantOf(start, zone);
  // The last day of a whole-day event is not part of it: the same day twice is no time at all.
  if (lengthMs < 0 || (lengthMs === 0 && typeof start.date === "string")) {
    throw badRequest("The specified time range is empty.", "timeRangeEmpty");
  }
}

function checkRule(event: EventResource): void {
  const lines = event.recurrence ?? [];
  if (!lines.every((line) => /^(?:RRULE|EXRULE|RDATE|EXDATE)[:;]/.test(line))) {
    throw badRequest("Invalid recurrence rule.", "invalid");
  }
  try {
    new RRuleTemporal({ rruleString: seriesText(event) });
  } catch (error) {
    throw badRequest(`Invalid recurrence rule. ${error instanceof Error ? error.message : ""}`, "invalid");
  }
}

function checkType(event: EventResource, calendar: StoredCalendar): void {
  const type = eventTypes.find((one) => one === (event.eventType ?? "default"));
  if (type === undefined) throw badRequest("Invalid event type.", "invalid");
  const wrong = faultOf(type, event, calendar);
  if (wrong !== null) throw badRequest(wrong, `malformed${type.charAt(0).toUpperCase()}${type.slice(1)}Event`);
}

function faultOf(type: EventType, event: EventResource, calendar: StoredCalendar): string | null {
  const isAllDay = typeof event.start?.date === "string";
  const isPrimary = calendar.entry.primary === true;
  switch (type) {
    case "default":
    case "fromGmail":
      return null;
    case "focusTime":
    case "outOfOffice":
      if (!isPrimary) return `Events of type ${type} are for primary calendars.`;
      if (isAllDay) return `Events of type ${type} cannot take whole days.`;
      return event.transparency === "transparent" ? `Events of type ${type} must be opaque.` : null;
    case "workingLocation":
      if (!isPrimary) return "Working locations are for primary calendars.";
      if (event.transparency !== "transparent") return "A working location event must be transparent.";
      if (event.visibility !== "public") return "A working location event must be public.";
      if (event.workingLocationProperties === undefined) return "A working location event must have its properties.";
      return isAllDay && daysOf(event) !== 1 ? "A working location of whole days must be exactly one day." : null;
    case "birthday":
      if (!isPrimary || !isAllDay || daysOf(event) !== 1) return "A birthday is one whole day in a primary calendar.";
      return /FREQ=YEARLY/.test((event.recurrence ?? []).join()) ? null : "A birthday comes every year.";
  }
}

function daysOf(event: EventResource): number {
  return Math.round((instantOf(event.end ?? {}, "UTC") - instantOf(event.start ?? {}, "UTC")) / dayMs);
}

/** Errors: 400 when an event is to become one of another type, or one that only Google makes. */
export function checkTypeStays(before: EventResource | null, event: EventResource): void {
  const type = event.eventType ?? "default";
  if (before !== null && (before.eventType ?? "default") === type) return;
  if (before !== null) throw new GoogleFailure(400, "The type of an event cannot be changed.", "eventTypeRestriction");
  if (type === "fromGmail") {
    throw new GoogleFailure(400, "Events of type fromGmail cannot be created.", "eventTypeRestriction");
  }
}
