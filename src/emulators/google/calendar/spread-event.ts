import type { CalendarState, EventResource, StoredCalendar, StoredEvent } from "./calendar-state.ts";
import { putEvent } from "./calendar-state.ts";
import { isOrganizer } from "./guests.ts";
import type { Writing } from "./write-event.ts";

/**
 * Puts what an organiser did into the calendars of the guests who have an emulated account, and a guest's answer into the
 * organiser's. The iCalUID is the same everywhere; the id is, too, where the guest's calendar had none of that name.
 */
export function spreadEvent(writing: Writing, before: EventResource | null, after: EventResource): void {
  const { stateOf, state, shared } = writing;
  if (stateOf === undefined || writing.calendar.id !== state.account) return;
  if (!isOrganizer(after)) {
    answerOrganizer(writing, after);
    return;
  }
  const guests = new Set([...(before?.attendees ?? []), ...(after.attendees ?? [])].map(({ email }) => email ?? ""));
  for (const account of shared.accounts()) {
    if (account === state.account || !guests.has(account)) continue;
    const isInvited = after.attendees?.some(({ email }) => email === account) === true;
    const status = isInvited ? (after.status ?? "confirmed") : "cancelled";
    putCopy(stateOf(account), { ...after, status }, shared.clock.now());
  }
}

/** The answer of the one guest whose calendar this is; who deleted their copy has declined. */
function answerOrganizer(writing: Writing, copy: EventResource): void {
  const { stateOf, state, shared } = writing;
  const host = copy.organizer?.email ?? "";
  if (stateOf === undefined || !shared.accounts().includes(host)) return;
  const hostState = stateOf(host);
  const calendar = hostState.calendars.get(host);
  const event = calendar === undefined ? undefined : findSame(calendar, copy)?.resource;
  if (calendar === undefined || event === undefined) return;
  const own = copy.attendees?.find(({ self }) => self === true);
  const responseStatus = copy.status === "cancelled" ? "declined" : (own?.responseStatus ?? "needsAction");
  const attendees = (event.attendees ?? []).map((guest) =>
    guest.email === state.account ? { ...guest, responseStatus } : guest,
  );
  putEvent(hostState, calendar, { ...event, attendees }, shared.clock.now());
}

function putCopy(state: CalendarState, event: EventResource, nowMs: number): void {
  const calendar = state.calendars.get(state.account);
  if (calendar === undefined) return;
  const known = findSame(calendar, event);
  if (known === undefined && event.status === "cancelled") return;
  const attendees = (event.attendees ?? []).map(({ self: _self, ...guest }) =>
    guest.email === state.account ? { ...guest, self: true } : guest,
  );
  const { self: _organizerSelf, ...organizer } = event.organizer ?? {};
  const { self: _creatorSelf, ...creator } = event.creator ?? {};
  const { reminders: _reminders, colorId: _color, transparency: _busy, ...rest } = event;
  putEvent(
    state,
    calendar,
    { ...ownChoices(known), ...rest, id: known?.resource.id ?? event.id ?? "", attendees, organizer, creator },
    nowMs,
  );
}

function ownChoices(known: StoredEvent | undefined): EventResource {
  const { reminders, colorId, transparency } = known?.resource ?? {};
  return {
    ...(reminders === undefined ? {} : { reminders }),
    ...(colorId === undefined ? {} : { colorId }),
    ...(transparency === undefined ? {} : { transparency }),
  };
}

/** The same event, or the same time of the same series, in another calendar. */
function findSame(calendar: StoredCalendar, event: EventResource): StoredEvent | undefined {
  const original = JSON.stringify(event.originalStartTime ?? null);
  return [...calendar.events.values()].find(
    ({ resource }) =>
      resource.iCalUID === event.iCalUID && JSON.stringify(resource.originalStartTime ?? null) === original,
  );
}
