import { html } from "hono/html";
import { moment } from "../../../src/core/times.ts";
import { pagePaths } from "../page-actions.ts";
import type { Html } from "./layout.ts";
import { type Ahead, aheadLine } from "./sparkline.ts";
import type { TodayScene } from "./today.ts";
import { showLine } from "./visible-text.ts";

const daysShown = 7;

/** The days to come: what takes time and what was promised, as a line to look at and as a list to read. */
export function weekAhead(scene: TodayScene): Html {
  const { briefing, promises, zone, nowMs } = scene;
  const days = daysOf(nowMs, zone);
  const endMs = days.at(-1)?.endMs ?? nowMs;
  const due = promises.filter(
    ({ by, dueAt, state }) =>
      by === "me" && dueAt !== null && state !== "done" && Date.parse(dueAt) < endMs && Date.parse(dueAt) > nowMs,
  );
  const events = briefing.ahead.filter(
    ({ startsAt, endsAt }) => Date.parse(endsAt) > nowMs && Date.parse(startsAt) < endMs,
  );
  if (events.length === 0 && due.length === 0) return html``;
  const marks: Ahead[] = [
    ...events.map(({ startsAt, endsAt }) => ({ fromMs: Date.parse(startsAt), toMs: Date.parse(endsAt), isDue: false })),
    ...due.map(({ dueAt }) => ({ fromMs: Date.parse(dueAt ?? ""), toMs: 0, isDue: true })),
  ];
  const rows = [
    ...events.map((one) => ({ at: one.startsAt, what: one.title, threadId: one.threadId, isDue: false })),
    ...due.map((one) => ({ at: one.dueAt ?? "", what: one.what, threadId: one.threadId, isDue: true })),
  ].sort((a, b) => (a.at < b.at ? -1 : 1));
  return html`<h2>The days ahead</h2>${aheadLine(marks, days, endMs)}
<details class="folded"><summary>As a list</summary><ul class="ended">${rows.map(
    ({ at, what, threadId, isDue }) =>
      html`<li><a href="${pagePaths.thread(threadId)}">${showLine(what)}</a>${isDue ? html` <span>promised</span>` : ""}<span class="age">${moment(at, zone, nowMs, { weekday: true })}</span></li>`,
  )}</ul></details>`;
}

/** The owner's days from this one on, by their own midnights. */
function daysOf(nowMs: number, zone: string): { startMs: number; endMs: number; name: string }[] {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone).startOfDay();
  return Array.from({ length: daysShown }, (_, at) => {
    const day = today.add({ days: at });
    const name = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", timeZone: zone }).format(
      day.epochMilliseconds,
    );
    return { startMs: day.epochMilliseconds, endMs: day.add({ days: 1 }).epochMilliseconds, name };
  });
}
