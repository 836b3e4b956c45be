import type { calendar_v3 } from "@googleapis/calendar";
import { badRequest, GoogleFailure } from "../google-error.ts";
import type { EventResource } from "./calendar-state.ts";

type Guest = calendar_v3.Schema$EventAttendee;

/** Whether the calendar's owner may change an event for everybody. */
export function isOrganizer(event: EventResource): boolean {
  return event.organizer === undefined || event.organizer === null || event.organizer.self === true;
}

/**
 * The guests as they are kept: each with an answer, the account's own marked. The list is replaced as a whole, unless
 * `attendeesOmitted` says that it is only the own entry. A guest changes their own answer only, whatever they send of others.
 */
export function readGuests(
  account: string,
  { before, event, isGuest }: { before: EventResource | null; event: EventResource; isGuest: boolean },
): Guest[] {
  const given = (event.attendees ?? []).map((guest) => toGuest(account, event, guest));
  const known = before?.attendees ?? [];
  const own = given.find(({ self }) => self === true);
  if (event.attendeesOmitted === true) {
    const others = known.filter(({ email }) => email !== own?.email);
    return own === undefined ? [...known] : [...others, own];
  }
  if (!isGuest) return given;
  const hidden = event.guestsCanSeeOtherGuests === false ? known.filter(({ self }) => self !== true) : [];
  const kept = given.map((guest) => (guest.self === true ? guest : (sameGuest(known, guest) ?? guest)));
  return [...hidden.filter((guest) => sameGuest(kept, guest) === undefined), ...kept];
}

/**
 * Errors: 403 when a guest changes what belongs to the organiser: times, place, words, other guests (who may be added where
 * guests can invite).
 */
export function refuseSharedChanges(before: EventResource, after: EventResource): void {
  if (before.guestsCanModify === true) return;
  const changed = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const name of changed) {
    if (own.has(name) || JSON.stringify(fieldOf(before, name)) === JSON.stringify(fieldOf(after, name))) continue;
    throw notOrganizer();
  }
  const shared = [before, after].map(({ extendedProperties }) => JSON.stringify(extendedProperties?.shared ?? {}));
  if (shared[0] !== shared[1]) throw notOrganizer();
  if (after.attendeesOmitted === true || before.guestsCanSeeOtherGuests === false) return;
  const listed = after.attendees ?? [];
  if (!(before.attendees ?? []).every((guest) => sameGuest(listed, guest) !== undefined)) throw notOrganizer();
  const added = listed.some((guest) => sameGuest(before.attendees ?? [], guest) === undefined);
  if (added && before.guestsCanInviteOthers === false) throw notOrganizer();
}

/** What everybody keeps for themselves, and what is Google's own. */
const own = new Set([
  ...["attendees", "attendeesOmitted", "colorId", "reminders", "transparency", "visibility", "extendedProperties"],
  ...[
    "status",
    "etag",
    "updated",
    "created",
    "kind",
    "creator",
    "htmlLink",
    "sequence",
    "conferenceData",
    "hangoutLink",
  ],
]);

function fieldOf(event: EventResource, name: string): unknown {
  return Reflect.get(event, name);
}

function sameGuest(guests: readonly Guest[], guest: Guest): Guest | undefined {
  return guests.find(({ email }) => email?.toLowerCase() === guest.email?.toLowerCase());
}

function toGuest(account: string, event: EventResource, guest: Guest): Guest {
  const { email } = guest;
  if (typeof email !== "string" || !/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw badRequest("Invalid attendee email.", "invalid");
  }
  const { self: _self, organizer: _organizer, ...rest } = guest;
  const isSelf = email.toLowerCase() === account.toLowerCase();
  const isHost = email.toLowerCase() === event.organizer?.email?.toLowerCase();
  return {
    ...rest,
    responseStatus: guest.responseStatus ?? "needsAction",
    ...(isSelf ? { self: true } : {}),
    ...(isHost ? { organizer: true } : {}),
  };
}

function notOrganizer(): GoogleFailure {
  return new GoogleFailure(
    403,
    "Shared properties can only be changed by the organizer of the event.",
    "forbiddenForNonOrganizer",
  );
}
