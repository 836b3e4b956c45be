import { badRequest, GoogleFailure, notFound } from "../google-error.ts";
import type { SharedWorld } from "../service.ts";
import {
  type CalendarState,
  type EventResource,
  exceptionsOf,
  newEventId,
  putEvent,
  type StoredCalendar,
  type StoredEvent,
} from "./calendar-state.ts";
import { checkEvent, checkTypeStays } from "./check-event.ts";
import { mergePatch, readEventBody } from "./event-body.ts";
import { isOrganizer, readGuests, refuseSharedChanges } from "./guests.ts";
import { spreadEvent } from "./spread-event.ts";
import { type SendUpdates, toldGuests } from "./told-guests.ts";

export interface Writing {
  state: CalendarState;
  calendar: StoredCalendar;
  shared: SharedWorld;
  /** Who is written to: `all`, `externalOnly` or `none`. */
  sendUpdates: SendUpdates;
  /** The account itself writes, through the API, and may change of others' events what a guest may. */
  byAccount?: boolean;
  /** 1 when the client knows of conferences; without it what it says of them is not taken. */
  conferenceVersion?: number;
  /** The other accounts' calendars, where guests find the same event; without it nobody else has one. */
  stateOf?: (account: string) => CalendarState;
}

const reserved = [
  ...["id", "kind", "etag", "created", "htmlLink", "iCalUID", "creator", "organizer", "sequence"],
  ...["recurringEventId", "originalStartTime", "eventType"],
];
const ownMaking = ["kind", "etag", "created", "updated", "htmlLink", "creator", "locked", "privateCopy"];

/**
 * `events.insert`: ids of the client's are taken once and for all, even after the event is deleted (409). That the same id came
 * twice may go unnoticed for a moment. Errors: 400, 403 when the calendar's limits of use are reached.
 *
 * Settings: `calendar.collisionLagMs`, `calendar.usageLimited`.
 */
export function insertEvent(writing: Writing, body: EventResource): StoredEvent {
  const { calendar, shared } = writing;
  checkUsage(shared);
  const { id } = body;
  if (typeof id === "string") {
    if (!/^[a-v0-9]{5,1024}$/.test(id)) throw badRequest("Invalid resource id value.", "invalid");
    if (typeof body.iCalUID === "string") throw badRequest("Only one of id and iCalUID may be given.", "invalid");
    const lag = shared.settings.get("calendar.collisionLagMs") ?? 0;
    const taken = calendar.events.get(id);
    if (taken !== undefined && shared.clock.now() - taken.createdAt >= lag) {
      throw new GoogleFailure(409, "The requested identifier already exists.", "duplicate");
    }
  }
  const { organizer: _organizer, ...given } = body;
  const event = { ...given, ...organizerOf(writing) };
  checkTypeStays(null, event);
  return put(writing, null, event, "event.created");
}

/** `events.import`: a private copy of an event of elsewhere; the same iCalUID again changes the copy. Nobody is told. */
export function importEvent(writing: Writing, body: EventResource): StoredEvent {
  const { state, calendar } = writing;
  checkUsage(writing.shared);
  const { iCalUID } = body;
  if (typeof iCalUID !== "string") throw badRequest("Missing iCalendar UID.", "required");
  if ((body.eventType ?? "default") !== "default") throw badRequest("Only events of type default.", "invalid");
  const before = [...calendar.events.values()].find(
    ({ resource }) => resource.iCalUID === iCalUID && resource.recurringEventId === undefined,
  );
  const organizer = body.organizer ?? organizerOf(writing).organizer;
  const isOwn = organizer?.email === state.account;
  const event = {
    ...body,
    id: before?.resource.id ?? newEventId(state),
    organizer: { ...organizer, ...(isOwn ? { self: true } : {}) },
    status: body.status ?? "confirmed",
  };
  return put({ ...writing, sendUpdates: "none" }, before ?? null, event, "event.imported");
}

/**
 * `events.patch` (objects merged, arrays replaced, null takes away) and `events.update` (`whole`). If-Match is honoured. Errors:
 * 412; 403 for a guest who changes what is the organiser's; 400.
 *
 * Setting: `calendar.refuseUndelete` (1: a deleted event stays deleted, 403).
 */
export function changeEvent(
  writing: Writing,
  stored: StoredEvent,
  body: object,
  options: { ifMatch: string | null; whole: boolean },
): StoredEvent {
  checkUsage(writing.shared);
  checkMatch(stored, options.ifMatch);
  const before = stored.resource;
  if (before.status === "cancelled" && writing.shared.settings.get("calendar.refuseUndelete") === 1) {
    throw new GoogleFailure(403, "Forbidden", "forbidden");
  }
  const given = Object.fromEntries(Object.entries(body).filter(([name]) => !isGooglesOwn(name)));
  checkSequence(before, given["sequence"]);
  const own = options.whole ? pick(before, reserved) : before;
  const merged = mergePatch(own, options.whole ? withoutEmpty(given) : given);
  const read = readEventBody(Object.fromEntries(Object.entries(Object(merged))));
  const event: EventResource = { ...pick(before, ownMaking), ...read, ...pick(before, ["id", "iCalUID", "organizer"]) };
  checkTypeStays(before, event);
  const isGuest = writing.byAccount === true && !isOrganizer(before);
  const attendees = readGuests(writing.state.account, { before, event, isGuest });
  if (isGuest) refuseSharedChanges(before, event);
  const { attendeesOmitted: _omitted, ...rest } = event;
  return put(writing, stored, { ...rest, ...(attendees.length === 0 ? {} : { attendees }) }, "event.changed");
}

/** `events.delete`: a tombstone stays; the exceptions of a series go without one of their own. Errors: 410, 412. */
export function deleteEvent(writing: Writing, stored: StoredEvent, ifMatch: string | null): void {
  if (stored.resource.status === "cancelled") throw new GoogleFailure(410, "Resource has been deleted", "deleted");
  checkMatch(stored, ifMatch);
  const { state, calendar, shared } = writing;
  for (const exception of exceptionsOf(calendar, stored.resource.id ?? "")) {
    calendar.events.delete(exception.resource.id ?? "");
  }
  const gone = putEvent(state, calendar, { ...stored.resource, status: "cancelled" }, shared.clock.now());
  note(writing, "event.deleted", stored.resource, gone);
  spreadEvent(writing, stored.resource, gone.resource);
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
      ...(master.organizer === undefined ? {} : { organizer: master.organizer }),
    },
    writing.shared.clock.now(),
  );
  note(writing, "event.instance_deleted", master, gone);
  return gone;
}

/** An event that can be got: not before the lag after its creation is over. Errors: 404. */
export function getEvent({ calendar, shared }: Pick<Writing, "calendar" | "shared">, id: string): StoredEvent {
  const stored = calendar.events.get(id);
  const lag = shared.settings.get("calendar.getLagMs") ?? 0;
  if (stored === undefined || stored.createdAt + lag > shared.clock.now()) throw notFound("Not Found");
  return stored;
}

function put(writing: Writing, before: StoredEvent | null, event: EventResource, kind: string): StoredEvent {
  const { state, calendar, shared } = writing;
  const checked = withMeet(writing, before?.resource ?? null, checkEvent(event, calendar));
  const guests = readGuests(state.account, { before: null, event: checked, isGuest: false });
  const moved = before !== null && JSON.stringify(checked.start) !== JSON.stringify(before.resource.start);
  const sequence = Math.max(checked.sequence ?? 0, (before?.resource.sequence ?? 0) + (moved ? 1 : 0));
  const resource = { ...checked, sequence, ...(guests.length === 0 ? {} : { attendees: guests }) };
  const stored = putEvent(state, calendar, resource, shared.clock.now());
  note(writing, kind, before?.resource ?? null, stored);
  if (kind !== "event.imported") spreadEvent(writing, before?.resource ?? null, stored.resource);
  return stored;
}

function organizerOf({ state, calendar }: Writing): Pick<EventResource, "organizer" | "creator"> {
  const isPrimary = calendar.id === state.account;
  return {
    creator: { email: state.account, ...(isPrimary ? { self: true } : {}) },
    organizer: { email: calendar.id, self: true },
  };
}

/** Errors: 412 when the event is of another version than the one asked for. */
export function checkMatch(stored: StoredEvent, ifMatch: string | null): void {
  if (ifMatch === null || ifMatch === "*" || ifMatch === stored.resource.etag) return;
  throw new GoogleFailure(412, "Precondition Failed", "conditionNotMet");
}

function checkUsage(shared: SharedWorld): void {
  if (shared.settings.get("calendar.usageLimited") !== 1) return;
  throw new GoogleFailure(403, "Calendar usage limits exceeded.", "quotaExceeded");
}

function checkSequence(before: EventResource, given: unknown): void {
  if (typeof given !== "number" || given >= (before.sequence ?? 0)) return;
  throw badRequest("Invalid sequence value. The new one must not be lower than that of the event.", "invalid");
}

/** A Meet link is made after the answer: it is pending first. The same request again changes nothing. */
function withMeet(writing: Writing, before: EventResource | null, event: EventResource): EventResource {
  const { conferenceData, ...rest } = event;
  const kept = before?.conferenceData === undefined ? rest : { ...rest, conferenceData: before.conferenceData };
  if (writing.conferenceVersion !== 1) return kept;
  if (conferenceData === undefined) return rest;
  const request = conferenceData.createRequest;
  if (request === undefined) return { ...rest, conferenceData };
  if (typeof request.requestId !== "string") throw badRequest("Invalid conference create request.", "invalid");
  if (request.requestId === before?.conferenceData?.createRequest?.requestId) return kept;
  return { ...rest, conferenceData: { createRequest: { ...request, status: { statusCode: "pending" } } } };
}

/** The ledger knows what was done and who was written to: the one part of it that cannot be taken back. */
function note(writing: Writing, kind: string, before: EventResource | null, { resource }: StoredEvent): void {
  const { state, shared } = writing;
  const invitations = kind === "event.imported" ? [] : toldGuests(writing, before, resource);
  const details = { summary: resource.summary ?? null, calendar: writing.calendar.id, invitations };
  shared.ledger.add({ account: state.account, kind, id: resource.id ?? "", details });
}

function isGooglesOwn(name: string): boolean {
  return (
    ownMaking.includes(name) || ["id", "iCalUID", "organizer", "recurringEventId", "originalStartTime"].includes(name)
  );
}

function withoutEmpty(given: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

function pick(event: EventResource, names: readonly string[]): EventResource {
  return Object.fromEntries(Object.entries(event).filter(([name]) => names.includes(name)));
}
