import { html } from "hono/html";
import { dayOf } from "../../../src/core/times.ts";
import type { Week } from "../../../src/core/week.ts";
import type { Html } from "./layout.ts";

const width = 168;
const height = 48;

/** The week behind: what came in above the line, what went out below it, a bar a day. */
export function weekBars({ days }: Week, nowMs: number): Html {
  const [mostIn, mostOut] = [
    Math.max(1, ...days.map((day) => day.received)),
    Math.max(0, ...days.map((day) => day.sent)),
  ];
  const half = Math.round(Math.min(height - 8, Math.max(14, (height * mostIn) / (mostIn + mostOut))));
  const scale = half / mostIn;
  const step = width / Math.max(1, days.length);
  const received = days.reduce((sum, day) => sum + day.received, 0);
  const sent = days.reduce((sum, day) => sum + day.sent, 0);
  const bars = days.map(({ day, received: came, sent: went }, at) => {
    const [up, down] = [
      Math.round(came * scale * 10) / 10,
      Math.min(height - half, Math.round(went * scale * 10) / 10),
    ];
    const x = Math.round((at * step + step * 0.16) * 10) / 10;
    const bar = Math.round(step * 0.68 * 10) / 10;
    const name = dayOf(`${day}T12:00:00Z`, "UTC", nowMs);
    return html`<g><title>${name}: ${came} in, ${went} out</title><rect class="in" x="${x}" y="${half - up}" width="${bar}" height="${up}" rx="1"></rect><rect class="out" x="${x}" y="${half + 1}" width="${bar}" height="${down}" rx="1"></rect></g>`;
  });
  return html`<svg class="spark" viewBox="0 0 ${width} ${height + 1}" width="${width}" height="${height + 1}" role="img" aria-label="Seven days: ${received} came in, ${sent} went out">${bars}<line x1="0" x2="${width}" y1="${half + 0.5}" y2="${half + 0.5}"></line></svg>`;
}

/** How much of what people wrote was answered: a filled part of a line. */
export function answeredLine({ personal, answered }: Week): Html {
  const share = personal === 0 ? 0 : answered / personal;
  return html`<svg class="spark" viewBox="0 0 ${width} 8" width="${width}" height="8" role="img" aria-label="${answered} of ${personal} answered"><rect class="rest" x="0" y="2" width="${width}" height="4" rx="2"></rect><rect class="in" x="0" y="2" width="${Math.round(width * share)}" height="4" rx="2"></rect></svg>`;
}

/** One thing in the days ahead, in milliseconds since 1970. */
export interface Ahead {
  fromMs: number;
  toMs: number;
  isDue: boolean;
}

/** The week ahead as a line of days, each with what takes its time; a diamond is something promised. */
export function aheadLine(
  ahead: readonly Ahead[],
  days: readonly { startMs: number; name: string }[],
  endMs: number,
): Html {
  const [w, h] = [720, 46];
  const first = days[0]?.startMs ?? 0;
  const x = (ms: number): number =>
    Math.round(((Math.min(Math.max(ms, first), endMs) - first) / Math.max(1, endMs - first)) * w * 10) / 10;
  return html`<svg class="ahead" viewBox="0 0 ${w} ${h}" role="img" aria-label="The next seven days: ${ahead.length} things">${days.map(
    ({ startMs, name }) =>
      html`<line class="day" x1="${x(startMs)}" x2="${x(startMs)}" y1="0" y2="${h}"></line><text x="${x(startMs) + 5}" y="12">${name}</text>`,
  )}${ahead.map(({ fromMs, toMs, isDue }) =>
    isDue
      ? html`<path class="due" d="M${x(fromMs)} 23l6 7-6 7-6-7z"></path>`
      : html`<rect class="busy" x="${x(fromMs)}" y="20" width="${Math.max(3, x(toMs) - x(fromMs))}" height="20" rx="2"></rect>`,
  )}</svg>`;
}
