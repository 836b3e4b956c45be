const weekdays: readonly RegExp[] = [
  /\b(?:sunday|sonntag|dimanche|domingo|domenica)\b/iu,
  /\b(?:monday|montag|lundi|lunes|lunedì|segunda)\b/iu,
  /\b(?:tuesday|dienstag|mardi|martes|martedì|terça)\b/iu,
  /\b(?:wednesday|mittwoch|mercredi|miércoles|mercoledì|quarta)\b/iu,
  /\b(?:thursday|donnerstag|jeudi|jueves|giovedì|quinta)\b/iu,
  /\b(?:friday|freitag|vendredi|viernes|venerdì|sexta)\b/iu,
  /\b(?:saturday|samstag|samedi|sábado|sabato)\b/iu,
];
const dayMs = 86_400_000;

/** The day a text names, counted from the day it was written (`2026-11-21`); null when it names none. */
export function findDay(text: string, writtenOn: string): string | null {
  const written = Date.parse(`${writtenOn}T00:00:00Z`);
  const exact = /\b(\d{4}-\d{2}-\d{2})\b/.exec(text)?.[1];
  if (exact !== undefined) return exact;
  if (Number.isNaN(written)) return null;
  const dotted = /\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b/.exec(text);
  if (dotted !== null) return `${dotted[3]}-${pad(dotted[2])}-${pad(dotted[1])}`;
  if (/\b(?:today|tonight|heute|aujourd'hui|ce soir|hoy|oggi|hoje)\b/iu.test(text)) return toDay(written);
  if (/\b(?:tomorrow|demain|mañana|domani|amanhã)\b|\b(?:bis|ab)? ?morgen\b/iu.test(text))
    return toDay(written + dayMs);
  const wanted = weekdays.findIndex((pattern) => pattern.test(text));
  if (wanted < 0) return null;
  const ahead = (wanted - new Date(written).getUTCDay() + 7) % 7;
  return toDay(written + (ahead === 0 ? 7 : ahead) * dayMs);
}

/** Monday and Sunday of the week that lies `weeks` from a day's own. */
export function weekOf(day: string, weeks: number): { monday: string; friday: string; sunday: string } {
  const at = Date.parse(`${day}T00:00:00Z`);
  const sinceMonday = (new Date(at).getUTCDay() + 6) % 7;
  const monday = at + (weeks * 7 - sinceMonday) * dayMs;
  return { monday: toDay(monday), friday: toDay(monday + 4 * dayMs), sunday: toDay(monday + 6 * dayMs) };
}

/** A day so many days from another. */
export function addDays(day: string, days: number): string {
  return toDay(Date.parse(`${day}T00:00:00Z`) + days * dayMs);
}

function toDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function pad(digits: string | undefined): string {
  return (digits ?? "").padStart(2, "0");
}
