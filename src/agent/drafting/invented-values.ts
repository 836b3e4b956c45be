import { type FoundValue, findValues, type ValueKind } from "../../core/find-values.ts";
import { fold, foldedWords } from "../../core/fold.ts";
import { dayAhead, daysMeant, findRelativeDays, type LocalDay } from "./find-days.ts";
import { isCourtesy } from "./greeting.ts";

/** A text and the day it was written on. */
export interface DatedText {
  text: string;
  at: LocalDay;
}

/** A value of a draft that stands nowhere it could have been taken from. */
export interface InventedValue {
  kind: ValueKind;
  value: string;
}

interface Known {
  keys: ReadonlySet<string>;
  days: ReadonlySet<string>;
  numbers: ReadonlySet<string>;
  words: ReadonlySet<string>;
  folded: string;
}

/**
 * Links, addresses, numbers, amounts, dates and names of a draft that stand in none of the sources. Dates are the same when they
 * mean the same day: "tomorrow" in a mail of Monday and "Tuesday" in the answer. Contract: pure, about linear; numbers in words are
 * not seen; names are two capitalised words in a row, as in "Anna Meyer".
 */
export function inventedValues(draft: DatedText, sources: readonly DatedText[]): InventedValue[] {
  const known = readSources(sources);
  const values = findValues(draft.text);
  const invented = values
    .filter((value) => !isKnown(value, known, draft.at))
    .map(({ kind, value }) => ({ kind, value }));
  const days = findRelativeDays(draft.text)
    .filter(
      ({ key, ahead }) =>
        !known.keys.has(`date ${key}`) && (ahead === null || !known.days.has(dayAhead(draft.at, ahead))),
    )
    .map(({ value }): InventedValue => ({ kind: "date", value }));
  const covered = values.map(({ value }) => value).join(" ; ");
  const numbers = numbersOf(withoutListMarks(draft.text))
    .filter((written) => !known.numbers.has(canonical(written)) && !numbersOf(covered).includes(written))
    .map((value): InventedValue => ({ kind: "number", value }));
  return [...invented, ...days, ...numbers];
}

function readSources(sources: readonly DatedText[]): Known {
  const keys = new Set<string>();
  const days = new Set<string>();
  for (const { text, at } of sources) {
    for (const value of findValues(text)) {
      keys.add(`${value.kind} ${value.key}`);
      for (const day of daysMeant(value, at)) days.add(day);
    }
    for (const { key, ahead } of findRelativeDays(text)) {
      keys.add(`date ${key}`);
      if (ahead !== null) days.add(dayAhead(at, ahead));
    }
  }
  const whole = sources.map(({ text }) => text).join("\n");
  const written = numbersOf(whole);
  // "14:00" is asked as one and answered as "14".
  const numbers = new Set([...written.map(canonical), ...written.flatMap((one) => one.split(/\D+/).map(canonical))]);
  return { keys, days, numbers, words: new Set(foldedWords(whole)), folded: fold(whole) };
}

function isKnown(value: FoundValue, known: Known, at: LocalDay): boolean {
  const { kind, key } = value;
  if (known.keys.has(`${kind} ${key}`)) return true;
  switch (kind) {
    case "date":
      return daysMeant(value, at).some((day) => known.days.has(day));
    case "amount":
      // "Offer 450" and "450 €" are the same amount.
      return known.numbers.has(canonical(key.replace(/\.00$/, "")));
    case "phone":
      return known.folded.replace(/[\s()./-]/g, "").includes(key);
    case "name":
      return key.split(" ").every((word) => known.words.has(word) || isCourtesy(word));
    case "link":
    case "address":
      return false;
    case "number":
      return known.folded.includes(fold(value.value));
  }
}

function numbersOf(text: string): string[] {
  return text.match(/\d+(?:[.,:/-]\d+)*/g) ?? [];
}

function canonical(written: string): string {
  return written.replace(/\D/g, "").replace(/^0+(?=\d)/, "");
}

/** "1." and "2)" at the beginning of a line count nothing. */
function withoutListMarks(text: string): string {
  return text.replace(/^\s*\d{1,2}[.)]\s/gm, "");
}
