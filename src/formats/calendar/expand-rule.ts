import type { RecurrenceRule } from "./recurrence-rule.ts";
import { civilFromDays, daySeconds, daysFromCivil, daysInMonth, type WallSeconds, weekdayOf } from "./wall-time.ts";

/** Work that one expansion may do, in days or candidate times looked at: about 50 ms. */
const stepLimit = 250_000;
const lastDay = daysFromCivil(9999, 12, 31);
const unitSeconds = { HOURLY: 3600, MINUTELY: 60, SECONDLY: 1 } as const;

export interface RuleWindow {
  start: WallSeconds;
  /** Occurrences between these are wanted, both ends included. */
  from: WallSeconds;
  to: WallSeconds;
  /** The last occurrence is not after this. */
  until: WallSeconds;
}

/** `visit` gets each start in order and returns false to stop. Returns false when the work limit ended it early. */
export type VisitStart = (wall: WallSeconds) => boolean;

interface Walk {
  rule: RecurrenceRule;
  window: RuleWindow;
  steps: number;
  counted: number;
  times: number[];
}

/**
 * Follows a rule on the wall clock, from DTSTART, in order. Without COUNT it jumps to the window; with COUNT it has to
 * count, except where every step of the rule is an occurrence. DTSTART counts as the first occurrence even where the rule
 * itself would not give it, as RFC 5545 has it. Contract: pure, bounded work whatever the rule.
 */
export function expandRule(written: RecurrenceRule, window: RuleWindow, visit: VisitStart): boolean {
  const rule = fillFromStart(written, window.start);
  const walk: Walk = { rule, window: { ...window }, steps: 0, counted: 0, times: timesOfDay(rule, window.start) };
  const step = plainStepSeconds(written);
  if (step !== null) return visitPlainSteps(walk, step, visit);
  if (!emit(walk, window.start, visit)) return true;
  return visitPeriods(walk, visit);
}

/** What a rule leaves open comes from DTSTART: the day of a month, the weekday of a week. */
function fillFromStart(rule: RecurrenceRule, start: WallSeconds): RecurrenceRule {
  const day = Math.floor(start / daySeconds);
  const date = civilFromDays(day);
  const hasDays = rule.byYearDay.length + rule.byMonthDay.length + rule.byDay.length > 0;
  if (hasDays || isSubDaily(rule) || rule.frequency === "DAILY") return rule;
  if (rule.frequency === "WEEKLY" || rule.byWeekNo.length > 0) {
    return { ...rule, byDay: [{ weekday: weekdayOf(day), nth: 0 }] };
  }
  const byMonth = rule.frequency === "YEARLY" && rule.byMonth.length === 0 ? [date.month] : rule.byMonth;
  return { ...rule, byMonth, byMonthDay: [date.day] };
}

/** Seconds between occurrences when the rule has no BY-parts and a fixed step; null otherwise. */
function plainStepSeconds(rule: RecurrenceRule): number | null {
  const parts = [rule.bySecond, rule.byMinute, rule.byHour, rule.byDay, rule.byMonthDay, rule.byYearDay];
  if ([...parts, rule.byWeekNo, rule.byMonth, rule.bySetPos].some((part) => part.length > 0)) return null;
  switch (rule.frequency) {
    case "YEARLY":
    case "MONTHLY":
      return null;
    case "WEEKLY":
      return rule.interval * 7 * daySeconds;
    case "DAILY":
      return rule.interval * daySeconds;
    case "HOURLY":
    case "MINUTELY":
    case "SECONDLY":
      return rule.interval * unitSeconds[rule.frequency];
  }
}

function visitPlainSteps(walk: Walk, step: number, visit: VisitStart): boolean {
  const { rule, window } = walk;
  const last = rule.count === null ? window.until : Math.min(window.until, window.start + (rule.count - 1) * step);
  const end = Math.min(last, window.to);
  let wall = window.start + Math.max(0, Math.ceil((window.from - window.start) / step)) * step;
  for (; wall <= end; wall += step) {
    walk.steps += 1;
    if (walk.steps > stepLimit) return false;
    if (!visit(wall)) return true;
  }
  return true;
}

function visitPeriods(walk: Walk, visit: VisitStart): boolean {
  const { rule, window } = walk;
  const jump = rule.count === null ? Math.max(window.from, window.start) : window.start;
  let period = periodAt(walk, jump);
  for (;;) {
    const days = periodDays(walk, period);
    if (days.first > lastDay || days.first * daySeconds > Math.min(window.to, window.until)) return true;
    walk.steps += 1 + days.cost;
    if (walk.steps > stepLimit) return false;
    const outcome = visitPeriod(walk, days, visit);
    if (outcome !== "go on") return outcome === "finished";
    period += periodStep(rule);
  }
}

function visitPeriod(walk: Walk, days: PeriodDays, visit: VisitStart): "go on" | "finished" | "too much" {
  const { rule, window } = walk;
  const chosen: WallSeconds[] = [];
  for (let day = days.first; day <= days.last; day += 1) {
    if (!isDayOfRule(rule, day, days)) continue;
    for (const second of secondsOfDay(walk, day)) {
      chosen.push(day * daySeconds + second);
      walk.steps += 1;
      if (walk.steps > stepLimit) return "too much";
    }
  }
  for (const wall of rule.bySetPos.length === 0 ? chosen : pickPositions(chosen, rule.bySetPos)) {
    if (wall <= window.start) continue;
    if (wall > window.until || wall > window.to || !emit(walk, wall, visit)) return "finished";
  }
  return "go on";
}

/** False when the rule is at its end or the caller has enough. */
function emit(walk: Walk, wall: WallSeconds, visit: VisitStart): boolean {
  const { rule, window } = walk;
  if (wall > window.until) return false;
  walk.counted += 1;
  if (rule.count !== null && walk.counted > rule.count) return false;
  return wall < window.from || wall > window.to ? wall <= window.to : visit(wall);
}

function pickPositions(chosen: WallSeconds[], positions: number[]): WallSeconds[] {
  const picked = new Set<WallSeconds>();
  for (const position of positions) {
    const wall = position > 0 ? chosen[position - 1] : chosen.at(position);
    if (wall !== undefined) picked.add(wall);
  }
  return [...picked].toSorted((a, b) => a - b);
}

interface PeriodDays {
  first: number;
  last: number;
  cost: number;
}

function isSubDaily(rule: RecurrenceRule): rule is RecurrenceRule & { frequency: keyof typeof unitSeconds } {
  return rule.frequency === "HOURLY" || rule.frequency === "MINUTELY" || rule.frequency === "SECONDLY";
}

/** Periods are numbered: years, months since year 0, days of the first weekday of a week, days. */
function periodAt(walk: Walk, wall: WallSeconds): number {
  const { rule, window } = walk;
  const start = periodNumber(rule, Math.floor(window.start / daySeconds));
  const wanted = periodNumber(rule, Math.floor(wall / daySeconds));
  const step = periodStep(rule);
  // One period back: the weeks of a year by week numbers reach over its ends.
  return start + Math.max(0, Math.floor((wanted - start) / step) - 1) * step;
}

function periodStep(rule: RecurrenceRule): number {
  if (isSubDaily(rule)) return 1;
  return rule.frequency === "WEEKLY" ? rule.interval * 7 : rule.interval;
}

function periodNumber(rule: RecurrenceRule, day: number): number {
  if (rule.frequency === "WEEKLY") return day - ((weekdayOf(day) - rule.weekStart + 7) % 7);
  const { year, month } = civilFromDays(day);
  if (rule.frequency === "YEARLY") return year;
  return rule.frequency === "MONTHLY" ? year * 12 + month - 1 : day;
}

function periodDays(walk: Walk, period: number): PeriodDays {
  const { rule } = walk;
  if (rule.frequency === "YEARLY") {
    // A year of the rule by week numbers begins and ends with its weeks, not on 1 January.
    if (rule.byWeekNo.length > 0) {
      const first = firstWeek(period, rule.weekStart);
      return { first, last: firstWeek(period + 1, rule.weekStart) - 1, cost: 371 };
    }
    return { first: daysFromCivil(period, 1, 1), last: daysFromCivil(period, 12, 31), cost: 366 };
  }
  if (rule.frequency === "MONTHLY") {
    const year = Math.floor(period / 12);
    const first = daysFromCivil(year, (period % 12) + 1, 1);
    return { first, last: first + daysInMonth(year, (period % 12) + 1) - 1, cost: 31 };
  }
  return rule.frequency === "WEEKLY"
    ? { first: period, last: period + 6, cost: 7 }
    : { first: period, last: period, cost: 1 };
}

/** The first day of week 1: the first week with at least four days in the year. */
function firstWeek(year: number, weekStart: number): number {
  const fourth = daysFromCivil(year, 1, 4);
  return fourth - ((weekdayOf(fourth) - weekStart + 7) % 7);
}

function isDayOfRule(rule: RecurrenceRule, day: number, days: PeriodDays): boolean {
  const date = civilFromDays(day);
  if (rule.byMonth.length > 0 && !rule.byMonth.includes(date.month)) return false;
  if (rule.byWeekNo.length > 0) {
    const week = Math.floor((day - days.first) / 7) + 1;
    const weeks = Math.round((days.last - days.first + 1) / 7);
    if (!rule.byWeekNo.some((number) => (number > 0 ? number : weeks + 1 + number) === week)) return false;
  }
  if (rule.byYearDay.length > 0) {
    const yearDays = daysFromCivil(date.year, 12, 31) - daysFromCivil(date.year, 1, 1) + 1;
    if (!rule.byYearDay.some((n) => (n > 0 ? n : yearDays + 1 + n) === day - daysFromCivil(date.year, 1, 1) + 1))
      return false;
  }
  if (rule.byMonthDay.length > 0) {
    const length = daysInMonth(date.year, date.month);
    if (!rule.byMonthDay.some((n) => (n > 0 ? n : length + 1 + n) === date.day)) return false;
  }
  return rule.byDay.length === 0 || rule.byDay.some((part) => isWeekdayPart(rule, part, day, date));
}

function isWeekdayPart(
  rule: RecurrenceRule,
  part: { weekday: number; nth: number },
  day: number,
  date: { year: number; month: number; day: number },
): boolean {
  if (weekdayOf(day) !== part.weekday) return false;
  if (part.nth === 0) return true;
  const inMonth = rule.frequency === "MONTHLY" || (rule.frequency === "YEARLY" && rule.byMonth.length > 0);
  if (!inMonth && rule.frequency !== "YEARLY") return true;
  const first = inMonth ? daysFromCivil(date.year, date.month, 1) : daysFromCivil(date.year, 1, 1);
  const last = inMonth ? first + daysInMonth(date.year, date.month) - 1 : daysFromCivil(date.year, 12, 31);
  return part.nth > 0 ? Math.floor((day - first) / 7) + 1 === part.nth : Math.floor((last - day) / 7) + 1 === -part.nth;
}

function timesOfDay(rule: RecurrenceRule, start: WallSeconds): number[] {
  if (isSubDaily(rule)) return [];
  const second = ((start % daySeconds) + daySeconds) % daySeconds;
  const hours = rule.byHour.length > 0 ? rule.byHour : [Math.floor(second / 3600)];
  const minutes = rule.byMinute.length > 0 ? rule.byMinute : [Math.floor(second / 60) % 60];
  const seconds = rule.bySecond.length > 0 ? rule.bySecond : [second % 60];
  return hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((s) => hour * 3600 + minute * 60 + Math.min(s, 59))),
  );
}

function* secondsOfDay(walk: Walk, day: number): Iterable<number> {
  const { rule, window } = walk;
  if (!isSubDaily(rule)) {
    yield* walk.times;
    return;
  }
  const step = rule.interval * unitSeconds[rule.frequency];
  const dayStart = day * daySeconds;
  const floor = rule.count === null ? Math.max(window.start, window.from) : window.start;
  const first = window.start + Math.max(0, Math.ceil((Math.max(dayStart, floor) - window.start) / step)) * step;
  for (let wall = first; wall < dayStart + daySeconds; wall += step) {
    walk.steps += 1;
    if (walk.steps > stepLimit) return;
    yield* subDailySeconds(rule, wall - dayStart);
  }
}

/** The times within one hour or minute of a sub-daily rule: finer BY-parts expand it, coarser ones limit it. */
function subDailySeconds(rule: RecurrenceRule, second: number): number[] {
  const hour = Math.floor(second / 3600);
  const minute = Math.floor(second / 60) % 60;
  if (rule.byHour.length > 0 && !rule.byHour.includes(hour)) return [];
  const minutes = rule.frequency === "HOURLY" && rule.byMinute.length > 0 ? rule.byMinute : [minute];
  const wanted = rule.byMinute.length > 0 ? minutes.filter((value) => rule.byMinute.includes(value)) : minutes;
  const isSecondly = rule.frequency === "SECONDLY";
  const seconds = !isSecondly && rule.bySecond.length > 0 ? rule.bySecond : [second % 60];
  const kept = rule.bySecond.length > 0 ? seconds.filter((value) => rule.bySecond.includes(value)) : seconds;
  return wanted.flatMap((value) => kept.map((s) => hour * 3600 + value * 60 + Math.min(s, 59)));
}
