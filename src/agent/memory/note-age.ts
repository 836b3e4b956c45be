/**
 * How old a note is, in words for whoever reads it: `learned 2 Mar 2026, 8 months ago; verify before relying on it`. Contract: pure;
 * both instants UTC ISO-8601 or a day.
 */
export function noteAge(at: string, nowMs: number): string {
  const thenMs = Date.parse(at);
  if (!Number.isFinite(thenMs)) return "nobody knows when this was learned; verify before relying on it";
  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  // Newer data of languages writes "Sept".
  const words = day.format(thenMs).replace("Sept", "Sep");
  return `learned ${words}, ${ago(nowMs - thenMs)}; verify before relying on it`;
}

function ago(ms: number): string {
  const days = Math.floor(ms / 86_400_000);
  if (days < 1) return "today";
  if (days < 14) return count(days, "day");
  if (days < 60) return count(Math.floor(days / 7), "week");
  if (days < 730) return count(Math.floor(days / 30.4), "month");
  return count(Math.floor(days / 365.25), "year");
}

function count(many: number, unit: string): string {
  return `${many} ${unit}${many === 1 ? "" : "s"} ago`;
}
