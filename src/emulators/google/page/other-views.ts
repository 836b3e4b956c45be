import { html } from "hono/html";
import type { CalendarState, EventResource } from "../calendar/calendar-state.ts";
import { expandSeries, startMs } from "../calendar/expand-series.ts";
import { type DriveState, folderType, isTrashed, type StoredFile } from "../drive/drive-state.ts";
import type { LedgerEntry } from "../ledger.ts";
import type { Html } from "./layout.ts";

const dayMs = 86_400_000;

/** Three weeks of the account's own calendar, from yesterday on. */
export function calendarView(state: CalendarState, nowMs: number, when: (ms: number, allDay: boolean) => string): Html {
  const calendar = state.calendars.get(state.account);
  const window = { fromMs: nowMs - dayMs, toMs: nowMs + 21 * dayMs };
  const events = [...(calendar?.events.values() ?? [])]
    .flatMap(({ resource }) => timesOf(calendar, resource, window))
    .filter((event) => event.status !== "cancelled")
    .sort((a, b) => startMs(a.start ?? {}) - startMs(b.start ?? {}));
  return html`<h2>The next three weeks</h2>
    <ul>
      ${events.map(
        (event) =>
          html`<li>
            <div class="row">
              <strong>${event.summary}</strong
              ><span class="when">${when(startMs(event.start ?? {}), typeof event.start?.date === "string")}</span>
            </div>
            <div class="sub">${[event.location, guests(event)].filter((text) => text).join(" · ")}</div>
          </li>`,
      )}
    </ul>`;
}

function timesOf(
  calendar: Parameters<typeof expandSeries>[0] | undefined,
  event: EventResource,
  window: { fromMs: number; toMs: number },
): EventResource[] {
  if (typeof event.recurringEventId === "string" || calendar === undefined) return [];
  if (Array.isArray(event.recurrence)) return expandSeries(calendar, event, window);
  const starts = startMs(event.start ?? {});
  return starts >= window.fromMs && starts < window.toMs ? [event] : [];
}

function guests(event: EventResource): string {
  return (event.attendees ?? []).map((one) => `${one.displayName ?? one.email} (${one.responseStatus})`).join(", ");
}

/** The tree of files, as deep as it goes. */
export function driveView(state: DriveState, when: (ms: number) => string): Html {
  const rows = below(state, state.rootId, 0, new Set());
  return html`<h2>Files</h2>
    <ul>
      ${rows.map(
        ({ file, depth }) =>
          html`<li style="padding-left: ${0.9 + depth * 1.2}rem">
            <div class="row">
              <span>${file.mimeType === folderType ? html`<strong>${file.name}</strong>` : fileLink(state, file)}</span>
              <span class="when">${when(Date.parse(file.modifiedTime))}</span>
            </div>
            ${
              file.mimeType.startsWith("application/vnd.google-apps.") && file.mimeType !== folderType
                ? html`<div class="sub">${file.mimeType.endsWith("document") ? "Google Doc" : "Google Sheet"}</div>`
                : ""
            }
          </li>`,
      )}
    </ul>`;
}

function fileLink(state: DriveState, file: StoredFile): Html {
  const link = `/?account=${encodeURIComponent(state.account)}&view=drive&file=${encodeURIComponent(file.id)}`;
  return html`<a href="${link}">${file.name}</a>`;
}

function below(state: DriveState, id: string, depth: number, seen: Set<string>): { file: StoredFile; depth: number }[] {
  if (seen.has(id) || depth > 20) return [];
  seen.add(id);
  return [...state.files.values()]
    .filter((file) => file.parents.includes(id) && !isTrashed(state, file))
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap((file) => [{ file, depth }, ...below(state, file.id, depth + 1, seen)]);
}

/** The truth ledger, newest first. */
export function happenedView(entries: readonly LedgerEntry[], when: (ms: number) => string): Html {
  if (entries.length === 0) return html`<p class="note">Nothing has happened since this world began.</p>`;
  return html`<h2>What really happened</h2>
    <ul>
      ${entries.toReversed().map(
        (entry) =>
          html`<li>
            <div class="row"><strong>${entry.kind}</strong><span class="when">${when(Date.parse(entry.at))}</span></div>
            <div class="sub">${JSON.stringify(entry.details).slice(0, 300)}</div>
          </li>`,
      )}
    </ul>`;
}
