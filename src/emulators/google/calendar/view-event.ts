import type { SharedWorld } from "../service.ts";
import type { EventResource, StoredCalendar } from "./calendar-state.ts";
import { type EventTime, timeAt } from "./event-times.ts";
import { isOrganizer } from "./guests.ts";

export interface Viewing {
  calendar: StoredCalendar;
  shared: SharedWorld;
  /** More guests than this are left out, but for the account itself. */
  maxAttendees: number;
  /** The zone that times are told in; null is each event's own. */
  zone: string | null;
}

/**
 * An event as this reader gets to see it: of a calendar that only shows when somebody is busy, and of private events in a
 * calendar of others, no more than the time; guests only where guests may see each other; a Meet link once it is made.
 *
 * Setting: `calendar.meetLagMs` (from when on after the change a Meet link is there).
 */
export function viewEvent(event: EventResource, viewing: Viewing): EventResource {
  if (event.status === "cancelled" && event.start === undefined) return event;
  const shown = isSecret(event, viewing.calendar)
    ? busyBlock(event)
    : withMeetLink(withGuests(event, viewing), viewing);
  const { zone } = viewing;
  if (zone === null) return shown;
  return { ...shown, ...inZone("start", shown.start, zone), ...inZone("end", shown.end, zone) };
}

function isSecret(event: EventResource, { entry }: StoredCalendar): boolean {
  if (entry.accessRole === "freeBusyReader") return true;
  const isPrivate = event.visibility === "private" || event.visibility === "confidential";
  return isPrivate && (entry.accessRole === "reader" || entry.accessRole === "writerWithoutPrivateAccess");
}

const openly = ["kind", "etag", "id", "status", "created", "updated", "iCalUID", "start", "end", "recurrence"];
const openlyToo = ["recurringEventId", "originalStartTime", "transparency", "sequence", "eventType"];

function busyBlock(event: EventResource): EventResource {
  const kept = Object.entries(event).filter(([name]) => openly.includes(name) || openlyToo.includes(name));
  return { ...Object.fromEntries(kept), visibility: "private" };
}

function withGuests(event: EventResource, { maxAttendees }: Viewing): EventResource {
  const { attendees } = event;
  if (attendees === undefined) return event;
  const isHidden = event.guestsCanSeeOtherGuests === false && !isOrganizer(event);
  if (!isHidden && attendees.length <= maxAttendees) return event;
  return { ...event, attendees: attendees.filter(({ self }) => self === true), attendeesOmitted: true };
}

function withMeetLink(event: EventResource, { shared }: Viewing): EventResource {
  const request = event.conferenceData?.createRequest;
  const since = shared.clock.now() - Date.parse(event.updated ?? "");
  if (request?.status?.statusCode !== "pending" || since < (shared.settings.get("calendar.meetLagMs") ?? 3000)) {
    return event;
  }
  const code = (event.id ?? "").slice(0, 10).padEnd(10, "a").replace(/\d/g, "x");
  const uri = `https://meet.google.com/${code.slice(0, 3)}-${code.slice(3, 7)}-${code.slice(7)}`;
  return {
    ...event,
    hangoutLink: uri,
    conferenceData: {
      createRequest: { ...request, status: { statusCode: "success" } },
      conferenceId: uri.slice(uri.lastIndexOf("/") + 1),
      conferenceSolution: { key: { type: "hangoutsMeet" }, name: "Google Meet" },
      entryPoints: [{ entryPointType: "video", uri, label: uri.replace("https://", "") }],
    },
  };
}

function inZone(
  name: "start" | "end",
  time: EventTime | undefined,
  zone: string,
): Partial<Record<"start" | "end", EventTime>> {
  if (typeof time?.dateTime !== "string") return {};
  const { dateTime } = timeAt(Date.parse(time.dateTime), zone);
  return { [name]: { ...time, dateTime } };
}
