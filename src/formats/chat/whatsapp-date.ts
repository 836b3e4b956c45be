import type { Header } from "./whatsapp-stamp.ts";

export const dateOrders = ["dmy", "mdy", "ymd"] as const;
export type DateOrder = (typeof dateOrders)[number];

/** How the years of an export count: as written, or as Buddhist years of two digits (65 is 2022). */
export const yearStyles = ["plain", "buddhist_short"] as const;
export type YearStyle = (typeof yearStyles)[number];

export interface LocalDate {
  year: number;
  month: number;
  day: number;
}

/** WhatsApp is from 2009; nothing in an export is older. */
const firstYear = 2009;
const lastYear = 2199;
const japaneseEras: Record<string, number> = { r: 2018, 令和: 2018, h: 1988, 平成: 1988, s: 1925, 昭和: 1925 };
const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The orders in which the three groups can be read at all: a group of four digits is the year. */
export function possibleOrders(header: Header): readonly DateOrder[] {
  if (header.digits[0] >= 3 || header.separator === "words") return ["ymd"];
  if (header.digits[2] >= 3 || header.era !== "") return ["dmy", "mdy"];
  return dateOrders;
}

/** The date of a header in the Gregorian calendar, or null when there is no such day in that order. */
export function readDate(header: Header, order: DateOrder, style: YearStyle): LocalDate | null {
  const [a, b, c] = header.groups;
  const written =
    order === "dmy"
      ? { year: c, month: b, day: a }
      : order === "mdy"
        ? { year: c, month: a, day: b }
        : { year: a, month: b, day: c };
  const digits = order === "ymd" ? header.digits[0] : header.digits[2];
  const date = toGregorian(written, digits, header.era, style, order);
  if (date === null || date.year < firstYear || date.year > lastYear) return null;
  return isRealDay(date) ? date : null;
}

/** Days since 1970-01-01 of a Gregorian date. */
export function dayNumber(date: LocalDate): number {
  return Math.round(Date.UTC(date.year, date.month - 1, date.day) / 86_400_000);
}

function toGregorian(
  written: LocalDate,
  digits: number,
  era: string,
  style: YearStyle,
  order: DateOrder,
): LocalDate | null {
  const eraStart = japaneseEras[era];
  if (eraStart !== undefined) return { ...written, year: eraStart + written.year };
  const short = digits <= 2;
  if (era === "be" || era === "พ.ศ." || (short && style === "buddhist_short")) {
    return { ...written, year: (short ? 2500 + written.year : written.year) - 543 };
  }
  if (short) return { ...written, year: 2000 + written.year };
  if (written.year >= 2400 && written.year < 2800) return { ...written, year: written.year - 543 };
  if (written.year < 1300 || written.year >= 1600) return written;
  const lunar = era === "هـ" || era === "ah" || order !== "ymd";
  return fromCalendar(lunar ? "islamic-umalqura" : "persian", written);
}

function fromCalendar(calendar: string, written: LocalDate): LocalDate | null {
  try {
    const date = Temporal.PlainDate.from({ calendar, ...written }, { overflow: "reject" }).withCalendar("iso8601");
    return { year: date.year, month: date.month, day: date.day };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function isRealDay(date: LocalDate): boolean {
  const days = monthDays[date.month - 1];
  if (days === undefined || date.day < 1 || date.day > days) return false;
  const leap = date.year % 4 === 0 && (date.year % 100 !== 0 || date.year % 400 === 0);
  return date.month !== 2 || date.day < 29 || leap;
}
