import type { FoundValue } from "../../core/find-values.ts";
import { fold } from "../../core/fold.ts";

/** A day of the owner's calendar; `month` counts from 0. */
export interface LocalDay {
  year: number;
  month: number;
  day: number;
}

interface SaidDay {
  /** As it stands in the text. */
  value: string;
  /** What is compared: `ahead 1`, `week ahead`. */
  key: string;
  /** Days after the one it was written on; null where it names no single day. */
  ahead: number | null;
}

const dayMs = 86_400_000;
const relativeDays: readonly { pattern: RegExp; key: string; ahead: number | null }[] = [
  {
    pattern:
      /\b(?:the day after tomorrow|ubermorgen|uebermorgen|apres-demain|pasado manana|dopodomani|depois de amanha)\b/g,
    key: "ahead 2",
    ahead: 2,
  },
  {
    pattern: /\b(?:tomorrow|(?<!guten )morgen|demain|(?<!(?:la|de la|buena|por la) )manana|domani|amanha)\b/g,
    key: "ahead 1",
    ahead: 1,
  },
  {
    pattern: /\b(?:today|tonight|heute|aujourd'hui|ce soir|hoy|esta noche|oggi|stasera|hoje)\b/g,
    key: "ahead 0",
    ahead: 0,
  },
  {
    pattern:
      /\b(?:next week|nachste(?:n|r)? woche|naechste(?:n|r)? woche|kommende(?:n|r)? woche|la semaine prochaine|(?:la )?(?:proxima semana|semana que viene)|(?:la )?(?:prossima settimana|settimana prossima)|(?:na )?(?:semana que vem))\b/g,
    key: "week ahead",
    ahead: null,
  },
  {
    pattern:
      /\b(?:this weekend|the weekend|am wochenende|dieses wochenende|ce week-end|este fin de semana|questo fine settimana|este fim de semana)\b/g,
    key: "weekend",
    ahead: null,
  },
];

/** Words that say a day by its distance ("tomorrow", "next week"), in the languages of `data/vocabulary`. Contract: pure; each key once. */
export function findRelativeDays(text: string): SaidDay[] {
  const found: SaidDay[] = [];
  let rest = fold(text);
  for (const { pattern, key, ahead } of relativeDays) {
    rest = rest.replace(pattern, (value: string) => {
      if (!found.some((one) => one.key === key)) found.push({ value, key, ahead });
      return " ".repeat(value.length);
    });
  }
  return found;
}

/**
 * The days a dated value may mean when it was written on `at`, as `day-month`: "Tuesday" is the next one or the one after. Contract: pure.
 */
export function daysMeant(value: Pick<FoundValue, "key">, at: LocalDay): string[] {
  const weekday = /^weekday (\d)$/.exec(value.key)?.[1];
  const written = /^day (\d+-\d+)$/.exec(value.key)?.[1];
  if (written !== undefined) return [written];
  if (weekday === undefined) return [];
  const today = Date.UTC(at.year, at.month, at.day);
  const ahead = (Number(weekday) - new Date(today).getUTCDay() + 7) % 7;
  // Said on a Tuesday, "Tuesday" is today, in a week, or (told of) a week ago.
  return [ahead - 7, ahead, ahead + 7].map((days) => dayKey(today + days * dayMs));
}

/** The day so many days after another, as `day-month`. */
export function dayAhead(at: LocalDay, days: number): string {
  return dayKey(Date.UTC(at.year, at.month, at.day) + days * dayMs);
}

function dayKey(ms: number): string {
  const date = new Date(ms);
  return `${date.getUTCDate()}-${date.getUTCMonth() + 1}`;
}
