import { holds, type Sentence } from "./read-text.ts";
import { categories, type Vocabulary } from "./vocabulary.ts";
import type { LocalTime, ZoneClock } from "./zone-clock.ts";

/** What dates are resolved against. `monthFirst` reads 3/4 as 4 March. */
export interface DateFrame {
  vocabulary: Vocabulary;
  clock: ZoneClock;
  monthFirst: boolean;
}

interface LocalDay {
  year: number;
  month: number;
  day: number;
}

const longestDayCount = 60;

/**
 * The day a sentence speaks of, as the last minute of that day (or the hour it names) in the owner's zone, as milliseconds
 * since 1970; null when it names none. Relative words ("by Friday", "bis morgen", "in 3 days") count from `sentMs`: a weekday is
 * the next one, today's own only when it is named with today. Contract: pure, never throws.
 */
export function findDate(sentence: Sentence, sentMs: number, frame: DateFrame): number | null {
  const from = frame.clock.local(sentMs);
  const hours = hoursFrom(sentence, frame);
  if (hours !== null) return sentMs + hours * 3_600_000;
  const day =
    writtenDay(sentence.text, from, frame) ?? namedDay(sentence, from, frame) ?? relativeDay(sentence, from, frame);
  if (day === null) return null;
  const time = timeOf(sentence.text);
  return frame.clock.instant(day.year, day.month, day.day, time?.hour ?? 23, time?.minute ?? 59);
}

/** Dates in digits: 2026-11-30, 30.11., 30.11.2026, 30/11/2026, 11/30/2026 where months come first. */
function writtenDay(text: string, from: LocalTime, frame: DateFrame): LocalDay | null {
  const iso = /(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)/.exec(text);
  if (iso !== null) return checkedDay(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3]));
  const dotted = /(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.(?:\s?(\d{4}|\d{2})(?!\d))?/.exec(text);
  if (dotted !== null) return completed(Number(dotted[1]), Number(dotted[2]) - 1, dotted[3], from);
  const slashed = /(?<![\d/])(\d{1,2})\/(\d{1,2})(?:\/(\d{4}|\d{2}))?(?![\d/])/.exec(text);
  if (slashed === null) return null;
  const [first, second] = [Number(slashed[1]), Number(slashed[2])];
  const monthFirst = second > 12 || (frame.monthFirst && first <= 12);
  return completed(monthFirst ? second : first, (monthFirst ? first : second) - 1, slashed[3], from);
}

/** Dates with a month's name: "30 November", "Nov 30", "30. November 2026", "le 3 mars", "3 de mayo". */
function namedDay(sentence: Sentence, from: LocalTime, frame: DateFrame): LocalDay | null {
  const words = sentence.words;
  for (let at = 0; at < words.length; at++) {
    const month = frame.vocabulary.monthOf.get(words[at] ?? "");
    if (month === undefined) continue;
    const before = ordinal(words[at - 1]) ?? (isLinkWord(words[at - 1]) ? ordinal(words[at - 2]) : null);
    const day = before ?? ordinal(words[at + 1]);
    if (day === null) continue;
    const yearWord = words.slice(at + 1, at + 4).find((word) => /^20\d\d$/.test(word));
    return completed(day, month, yearWord, from);
  }
  return null;
}

function relativeDay(sentence: Sentence, from: LocalTime, frame: DateFrame): LocalDay | null {
  if (holds(sentence, "dayAfterTomorrow")) return shifted(from, 2);
  if (holds(sentence, "today")) return shifted(from, 0);
  const words = sentence.words;
  for (const [at, word] of words.entries()) {
    const weekday = frame.vocabulary.weekdayOf.get(word);
    if (weekday === undefined || (word.length === 3 && !holds(sentence, "deadline"))) continue;
    const ahead = (weekday - from.weekday + 7) % 7 || 7;
    const nextWeek = words[at - 1] === "next" && ahead < 7 - ((from.weekday + 6) % 7) ? 7 : 0;
    return shifted(from, ahead + nextWeek);
  }
  if (holds(sentence, "tomorrow")) return shifted(from, 1);
  const days = countFrom(sentence, frame);
  if (days !== null) return shifted(from, days);
  if (holds(sentence, "weekEnd")) return shifted(from, (5 - from.weekday + 7) % 7);
  if (holds(sentence, "nextWeek")) return shifted(from, ((5 - from.weekday + 7) % 7) + 7);
  if (holds(sentence, "monthEnd")) return { year: from.year, month: from.month + 1, day: 0 };
  return null;
}

/** "in 3 days", "within two weeks" as days. */
function countFrom(sentence: Sentence, frame: DateFrame): number | null {
  if (!holds(sentence, "inWord")) return null;
  for (const [at, word] of sentence.words.entries()) {
    const count = Number(word);
    if (!Number.isInteger(count) || count < 1 || count > longestDayCount) continue;
    const unit = unitOf(sentence.words[at + 1] ?? "", frame.vocabulary);
    if (unit === "day") return count;
    if (unit === "week") return count * 7;
  }
  return null;
}

/** "within 24 hours" as hours. */
function hoursFrom(sentence: Sentence, frame: DateFrame): number | null {
  if (!holds(sentence, "hourUnit") || !holds(sentence, "inWord")) return null;
  for (const [at, word] of sentence.words.entries()) {
    const count = Number(word);
    if (
      Number.isInteger(count) &&
      count >= 1 &&
      count <= 96 &&
      unitOf(sentence.words[at + 1] ?? "", frame.vocabulary) === "hour"
    )
      return count;
  }
  return null;
}

function unitOf(word: string, vocabulary: Vocabulary): "day" | "week" | "hour" | null {
  const ends = vocabulary.root.next.get(word)?.ends ?? [];
  if (ends.includes(categories.indexOf("dayUnit"))) return "day";
  if (ends.includes(categories.indexOf("weekUnit"))) return "week";
  return ends.includes(categories.indexOf("hourUnit")) ? "hour" : null;
}

const clockTime =
  /(?<![\d.,:])(\d{1,2})(?:[:.h](\d{2}))?\s?(am|pm|uhr|h)\b|(?<![\d.,:])(\d{1,2}):(\d{2})(?![\d:])|\b(?:at|um|bis|by|à|a las|alle|às)\s(\d{1,2})\s?(?:uhr|h)\b/i;

function timeOf(text: string): { hour: number; minute: number } | null {
  const found = clockTime.exec(text);
  if (found === null) return null;
  const half = found[3]?.toLowerCase();
  const hour = Number(found[1] ?? found[4] ?? found[6]);
  const minute = Number(found[2] ?? found[5] ?? 0);
  const full = half === "pm" && hour < 12 ? hour + 12 : half === "am" && hour === 12 ? 0 : hour;
  return full <= 23 && minute <= 59 ? { hour: full, minute } : null;
}

function ordinal(word: string | undefined): number | null {
  const found = /^(\d{1,2})(?:st|nd|rd|th|er|o)?$/.exec(word ?? "");
  const day = Number(found?.[1] ?? 0);
  return day >= 1 && day <= 31 ? day : null;
}

function isLinkWord(word: string | undefined): boolean {
  return word === "of" || word === "de" || word === "di";
}

/** A day and month without a year is the next such day; one just past (under 60 days) is this year's. */
function completed(day: number, month: number, year: string | undefined, from: LocalTime): LocalDay | null {
  if (year !== undefined) return checkedDay(year.length === 2 ? 2000 + Number(year) : Number(year), month, day);
  const daysBack = (Date.UTC(from.year, from.month, from.day) - Date.UTC(from.year, month, day)) / 86_400_000;
  return checkedDay(daysBack > longestDayCount ? from.year + 1 : from.year, month, day);
}

function checkedDay(year: number, month: number, day: number): LocalDay | null {
  const date = new Date(Date.UTC(year, month, day));
  return date.getUTCMonth() === month && date.getUTCDate() === day ? { year, month, day } : null;
}

function shifted(from: LocalTime, days: number): LocalDay {
  return { year: from.year, month: from.month, day: from.day + days };
}
