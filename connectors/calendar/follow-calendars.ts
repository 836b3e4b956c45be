import { StewardError } from "../../src/core/errors.ts";
import { type CalendarCursor, type FollowedCalendar, startOfCalendar } from "./calendar-cursor.ts";
import { type CalendarClient, type ListedCalendar, listCalendars } from "./client.ts";

/** A round's beginning: which calendars are read now, and which have left. */
export interface Round {
  cursor: CalendarCursor;
  leftIds: string[];
}

/**
 * Begins a round: asks what changed in the list of calendars and queues all that are read, the account's own first.
 * Contract: errors as `listCalendars`, but an outdated token of the list costs a full list and nothing else.
 */
export async function beginRound(client: CalendarClient, cursor: CalendarCursor, signal: AbortSignal): Promise<Round> {
  const { calendars, leftIds, listToken } = await readList(client, cursor, signal);
  const sorted = calendars.toSorted((a, b) => Number(b.primary) - Number(a.primary));
  const queue = sorted.map(({ id }) => id);
  return { cursor: { ...cursor, listToken, calendars: sorted, queue, count: 0 }, leftIds };
}

async function readList(client: CalendarClient, cursor: CalendarCursor, signal: AbortSignal) {
  if (cursor.listToken !== null) {
    try {
      const changed = await listCalendars(client, cursor.listToken, signal);
      return { ...applyChanges(cursor.calendars, changed.calendars), listToken: changed.syncToken };
    } catch (error) {
      if (!(error instanceof StewardError) || error.code !== "gone") throw error;
    }
  }
  const all = await listCalendars(client, null, signal);
  // An answer that a fault has emptied would make every calendar leave; the account's own is always listed.
  if (!all.calendars.some(({ primary }) => primary === true))
    throw new StewardError("unavailable", "Google gave a list of calendars without the account's own.");
  const listed = new Set(all.calendars.map(({ id }) => id));
  const missing = cursor.calendars.filter(({ id }) => !listed.has(id)).map(({ id }) => ({ id, deleted: true }));
  return { ...applyChanges(cursor.calendars, [...all.calendars, ...missing]), listToken: all.syncToken };
}

function applyChanges(
  followed: readonly FollowedCalendar[],
  changed: readonly ListedCalendar[],
): { calendars: FollowedCalendar[]; leftIds: string[] } {
  const byId = new Map(followed.map((calendar) => [calendar.id, calendar]));
  const leftIds: string[] = [];
  for (const entry of changed) {
    const known = byId.get(entry.id);
    if (!isRead(entry)) {
      if (byId.delete(entry.id)) leftIds.push(entry.id);
    } else byId.set(entry.id, follow(entry, known));
  }
  return { calendars: [...byId.values()], leftIds };
}

/** What the owner shows in their calendar, and what is their own; what they hide has left. */
function isRead({ selected, accessRole, primary, hidden, deleted }: ListedCalendar): boolean {
  if (deleted === true || hidden === true) return false;
  return selected === true || primary === true || accessRole === "owner";
}

/** Another name or other rights change what every one of its records says: it is read anew. */
function follow(entry: ListedCalendar, known: FollowedCalendar | undefined): FollowedCalendar {
  const told = {
    id: entry.id,
    summary: entry.summaryOverride ?? entry.summary ?? "",
    zone: entry.timeZone ?? null,
    accessRole: entry.accessRole ?? "reader",
    primary: entry.primary === true,
  };
  const isSame =
    known !== undefined &&
    known.summary === told.summary &&
    known.zone === told.zone &&
    known.accessRole === told.accessRole;
  return { ...told, at: isSame ? known.at : startOfCalendar };
}
