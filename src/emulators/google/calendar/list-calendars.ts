import type { calendar_v3 } from "@googleapis/calendar";
import { badRequest } from "../google-error.ts";
import type { SharedWorld } from "../service.ts";
import type { CalendarState, StoredCalendar } from "./calendar-state.ts";
import { pageSize, readSyncToken, seal, unseal } from "./sync-token.ts";

const roles = ["freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner"];

/**
 * `calendarList.list`: pages and sync tokens; with one, hidden and deleted entries are always named.
 *
 * Settings: `calendar.syncLifeMs`.
 * Source: https://developers.google.com/workspace/calendar/api/v3/reference/calendarList/list
 */
export function listCalendars(
  state: CalendarState,
  query: URLSearchParams,
  shared: SharedWorld,
): calendar_v3.Schema$CalendarList {
  const text = query.get("syncToken");
  if (text !== null) checkBeside(query);
  const since = text === null ? null : readSyncToken(text, "calendarList", "", shared);
  const page = readPageToken(query.get("pageToken")) ?? { after: 0, seq: state.seq };
  const found = [...state.calendars.values()]
    .filter(({ seq }) => seq > page.after && seq <= page.seq)
    .filter((calendar) => (since === null ? isListed(calendar, query) : calendar.seq > since.seq))
    .sort((a, b) => a.seq - b.seq);
  const items = found.slice(0, pageSize(query.get("maxResults"), 100, 250));
  const isLast = items.length === found.length;
  const token = { of: "calendarList", seq: page.seq, bound: "", issuedAt: shared.clock.now() };
  return {
    kind: "calendar#calendarList",
    etag: `"l${state.seq}"`,
    items: items.map(({ entry }) => entry),
    ...(isLast
      ? { nextSyncToken: seal(token) }
      : { nextPageToken: seal({ after: items.at(-1)?.seq ?? page.after, seq: page.seq }) }),
  };
}

function checkBeside(query: URLSearchParams): void {
  const isWrong =
    query.has("minAccessRole") || query.get("showDeleted") === "false" || query.get("showHidden") === "false";
  if (isWrong) throw badRequest("A sync token cannot be combined with these parameters.", "invalid");
}

function isListed({ entry }: StoredCalendar, query: URLSearchParams): boolean {
  if (entry.deleted === true && query.get("showDeleted") !== "true") return false;
  if (entry.hidden === true && query.get("showHidden") !== "true") return false;
  const least = query.get("minAccessRole");
  return least === null || roles.indexOf(entry.accessRole ?? "") >= roles.indexOf(least);
}

function readPageToken(text: string | null): { after: number; seq: number } | null {
  if (text === null) return null;
  const { after, seq } = unseal(text);
  if (typeof after !== "number" || typeof seq !== "number") throw badRequest("Invalid page token value.", "invalid");
  return { after, seq };
}
