import { badRequest, GoogleFailure, notFound } from "../google-error.ts";
import type { SharedWorld } from "../service.ts";
import {
  type CalendarState,
  type EventResource,
  exceptionsOf,
  putEvent,
  type StoredCalendar,
  type StoredEvent,
} from "./calendar-state.ts";

export interface Writing {
  state: CalendarState;
  calendar: StoredCalendar;
  shared: SharedWorld;
  /** Who is told: `all`, `externalOnly` or `none`. */
  sendUpdates: string;
}

const reserved = ["id", "kind", "etag", "created", "updated", "htmlLink", "iCalUID"];

/** `events.insert`: ids of the client's are taken once and for all, even after the event is deleted. */
export function insertEvent(writing: Writing, body: EventResource): StoredEvent {
  const { state, calendar, shared } = writing;
  const { id } = body;
  if (typeof id === "string" && !/^[a-v0-9]{5,1024}$/.test(id))
    throw badRequest("Invalid resource id value.", "invalid");
  if (typeof id === "string" && calendar.events.has(id)) {
    throw new GoogleFailure(409, "The requested identifier already exists.", "duplicate");
  }
  checkTimes(body);
  const organizer = { email: state.account, self: true };
  const stored = putEvent(state, calendar, withMeet({ organizer, ...body }), shared.clock.now());
  note(writing, "event.created", stored);
  return stored;
}

/** `events.patch` and `events.update`: fields, arrays as a whole; If-Match is honoured. */
export function changeEvent(
  writing: Writing,
  stored: StoredEvent,
  body: EventResource,
  options: { ifMatch: string | null; whole: boolean },
): StoredEvent {
  checkMatch(stored, options.ifMatch);
  const own = Object.fromEntries(
    Object.entries(stored.resource).filter(([name]) => !options.whole || reserved.includes(name)),
  );
  const given = Object.fromEntries(Object.entries(body).filter(([name]) => !["id", "etag"].includes(name)));
  const merged = { ...own, ...given };
  const resource: EventResource = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
  checkTimes(resource);
  const moved = JSON.stringify(resource.start) !== JSON.stringify(stored.resource.start);
  const sequence = (stored.resource.sequence ?? 0) + (moved ? 1 : 0);
  const changed = putEvent(
    writing.state,
    writing.calendar,
    withMeet({ ...resource, sequence }),
    writing.shared.clock.now(),
  );
  note(writing, "event.changed", changed);
  return changed;
}

/** `events.delete`: a tombstone stays; the exceptions of a series go without one of their own. */
export function deleteEvent(writing: Writing, stored: StoredEvent, ifMatch: string | null): void {
  if (stored.resource.status === "cancelled") throw new GoogleFailure(410, "Resource has been deleted", "deleted");
  checkMatch(stored, ifMatch);
  const { state, calendar, shared } = writing;
  for (const exception of exceptionsOf(calendar, stored.resource.id ?? "")) {
    calendar.events.delete(exception.resource.id ?? "");
  }
  const gone = putEvent(state, calendar, { ...stored.resource, status: "cancelled" }, shared.clock.now());
  note(writing, "event.deleted", gone);
}

/** Removes one time of a series: what is kept of it names the series and which time it was. */
export function cancelInstance(writing: Writing, master: EventResource, instance: EventResource): StoredEvent {
  const gone = putEvent(
    writing.state,
    writing.calendar,
    {
      id: instance.id ?? "",
      status: "cancelled",
      iCalUID: master.iCalUID ?? "",
      recurringEventId: master.id ?? "",
      ...(instance.originalStartTime === undefined ? {} : { originalStartTime: instance.originalStartTime }),
    },
    writing.shared.clock.now(),
  );
  note(writing, "event.instance_deleted", gone);
  return gone;
}

function checkMatch(stored: StoredEvent, ifMatch: string | null): void {
  if (ifMatch === null || ifMatch === "*" || ifMatch === stored.resource.etag) return;
  throw new GoogleFailure(412, "Precondition Failed", "conditionNotMet");
}

function checkTimes(event: EventResource): void {
  const { start, end } = event;
  if (start === undefined || end === undefined) throw badRequest("Missing time.", "required");
  if ((typeof start.date === "string") !== (typeof end.date === "string")) {
    throw badRequest("Start and end times must either both be date or both be dateTime.", "invalid");
  }
  const needsZone = event.recurrence !== undefined && event.recurrence !== null && typeof start.date !== "string";
  if (needsZone && typeof start.timeZone !== "string")
    throw badRequest("Missing time zone definition for start time.", "required");
}

/** A Meet link is made after the answer: it is pending first. */
function withMeet(event: EventResource): EventResource {
  const request = event.conferenceData?.createRequest;
  if (request === undefined || request === null) return event;
  return {
    ...event,
    conferenceData: { ...event.conferenceData, createRequest: { ...request, status: { statusCode: "pending" } } },
  };
}

/** The ledger knows what was done and who was written to: the one part of it that cannot be taken back. */
function note({ state, shared, sendUpdates }: Writing, kind: string, { resource }: StoredEvent): void {
  const guests = (resource.attendees ?? []).flatMap(({ email, self }) =>
    self === true || typeof email !== "string" ? [] : [email],
  );
  shared.ledger.add({
    account: state.account,
    kind,
    id: resource.id ?? "",
    details: { summary: resource.summary ?? null, invitations: sendUpdates === "none" ? [] : guests },
  });
}

/** An event that can be got: not before the lag after its creation is over. Errors: 404. */
export function getEvent({ calendar, shared }: Pick<Writing, "calendar" | "shared">, id: string): StoredEvent {
  const stored = calendar.events.get(id);
  const lag = shared.settings.get("calendar.getLagMs") ?? 0;
  if (stored === undefined || stored.createdAt + lag > shared.clock.now()) throw notFound("Not Found");
  return stored;
}
