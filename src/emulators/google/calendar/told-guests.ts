import type { EventResource } from "./calendar-state.ts";
import { isOrganizer } from "./guests.ts";
import type { Writing } from "./write-event.ts";

export const sendUpdateValues = ["all", "externalOnly", "none"] as const;
export type SendUpdates = (typeof sendUpdateValues)[number];

/**
 * Who gets a mail about a change: all guests, old and new, or those without an emulated account; of a guest's own answer, the
 * organiser.
 *
 * Setting: `calendar.noneStillMails` (1: `none` is not kept to).
 * Source: https://developers.google.com/workspace/calendar/api/v3/reference/events/insert (sendUpdates)
 */
export function toldGuests(
  { shared, state, sendUpdates }: Pick<Writing, "shared" | "state" | "sendUpdates">,
  before: EventResource | null,
  after: EventResource,
): string[] {
  const wanted = sendUpdates === "none" && shared.settings.get("calendar.noneStillMails") === 1 ? "all" : sendUpdates;
  if (wanted === "none") return [];
  const organizer = after.organizer?.email;
  const concerned = isOrganizer(after)
    ? [...(before?.attendees ?? []), ...(after.attendees ?? [])].map(({ email }) => email)
    : [organizer];
  const others = concerned.flatMap((email) => (typeof email === "string" && email !== state.account ? [email] : []));
  const told = [...new Set(others)];
  return wanted === "all" ? told : told.filter((email) => !shared.accounts().includes(email));
}
