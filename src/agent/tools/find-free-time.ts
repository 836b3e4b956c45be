import { createZoneClock } from "../../triage/zone-clock.ts";

/** [fromMs, toMs) in milliseconds since 1970. */
export interface Span {
  fromMs: number;
  toMs: number;
}

export interface FreeTimeQuestion {
  busy: readonly Span[];
  /** Where to look; nothing before `nowMs` is free. */
  window: Span;
  nowMs: number;
  minutes: number;
  /** Minutes of the day on the owner's clock between which it has to lie; the end may be up to 24 h. */
  between: readonly [number, number];
  /** Whether Saturdays and Sundays count. */
  weekends: boolean;
  zone: string;
}

const minuteMs = 60_000;
const gridMinutes = 15;
const slotsPerDay = 4;
const mostSlots = 20;

/**
 * Times at which everybody is free, on quarters of an hour, those of a day one after the other without overlap, four a day and 20 at
 * most. Contract: pure; every slot is `minutes` long, lies within the window and the hours of its day, and meets nothing busy.
 */
export function findFreeTime(question: FreeTimeQuestion): Span[] {
  const { window, nowMs, minutes, between, zone } = question;
  const clock = createZoneClock(zone);
  const first = clock.local(window.fromMs);
  const slots: Span[] = [];
  for (let index = 0; slots.length < mostSlots; index += 1) {
    const at = (minute: number): number => clock.instant(first.year, first.month, first.day + index, 0, minute);
    if (at(0) >= window.toMs) break;
    // Noon is the same day whatever the clocks do.
    const { weekday } = clock.local(at(12 * 60));
    if (!question.weekends && (weekday === 0 || weekday === 6)) continue;
    const day = {
      fromMs: Math.max(at(between[0]), window.fromMs, nowMs),
      toMs: Math.min(at(between[1]), window.toMs),
    };
    slots.push(...slotsOf(day, minutes, question.busy));
  }
  return slots.slice(0, mostSlots);
}

function slotsOf(day: Span, minutes: number, busy: readonly Span[]): Span[] {
  const gridMs = gridMinutes * minuteMs;
  const slots: Span[] = [];
  let fromMs = Math.ceil(day.fromMs / gridMs) * gridMs;
  while (fromMs + minutes * minuteMs <= day.toMs && slots.length < slotsPerDay) {
    const slot = { fromMs, toMs: fromMs + minutes * minuteMs };
    const met = busy.filter((span) => span.fromMs < slot.toMs && span.toMs > slot.fromMs);
    if (met.length === 0) slots.push(slot);
    const next = met.length === 0 ? slot.toMs : Math.max(...met.map((span) => span.toMs));
    fromMs = Math.ceil(next / gridMs) * gridMs;
  }
  return slots;
}
