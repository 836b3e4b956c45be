import { count, plural } from "../../core/plural.ts";
import { duration, moment } from "../../core/times.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { ImportReport } from "../../intake/intake.ts";
import type { SourceHealth } from "../../store/source-health.ts";
import { percentOf } from "../render/source-lines.ts";

export interface Reader {
  self: string;
  zone: string;
  nowMs: number;
}

/**
 * What a reading came to, in one calm line, or null when nothing is worth a line: nothing new, or the same trouble as before.
 * Names sources and numbers, never what others wrote.
 */
export function readingWords(
  report: ImportReport,
  health: { before: SourceHealth | null; after: SourceHealth | null },
  reader: Reader,
): string | null {
  const label = forScreen(report.label);
  const news = newsWords(report);
  const trouble = troubleWords(health.before, health.after, reader);
  if (trouble !== null) return `${label}: ${[...news, trouble].join("; ")}`;
  const wasIll = health.before?.state === "degraded" || health.before?.state === "needs_reauth";
  if (wasIll && health.after?.state === "ok") return `${label}: ${["well again", ...news].join("; ")}`;
  if (report.stopped === "disk_full") return `${label}: the disk is full; reading goes on when there is room`;
  if (report.stopped === "removed") return `${label}: removed, no longer read`;
  return news.length === 0 ? null : `${label}: ${news.join(", ")}`;
}

function newsWords(report: ImportReport): string[] {
  const words: string[] = [];
  if (report.added > 0) words.push(`${count(report.added)} new`);
  if (report.changed > 0) words.push(`${count(report.changed)} changed`);
  if (report.gone > 0) words.push(`${count(report.gone)} gone`);
  if (report.problemCount > 0 && report.added + report.changed > 0) {
    words.push(`${plural(report.problemCount, "record")} could not be read`);
  }
  return words;
}

function troubleWords(before: SourceHealth | null, after: SourceHealth | null, reader: Reader): string | null {
  if (after === null || (before?.state === after.state && before.detail === after.detail)) return null;
  switch (after.state) {
    case "ok":
    case "catching_up":
      return null;
    case "needs_reauth":
      return `sign-in needed; run: ${forScreen(after.detail)}`;
    case "degraded": {
      const next = after.retryAt === null ? "" : ` Next try at ${moment(after.retryAt, reader.zone, reader.nowMs)}.`;
      return `${forScreen(after.detail)}${next}`;
    }
  }
}

/** How far a long first read is: `34 %, 2 h 05 min left`. */
export function progressWords(progress: { done: number; total: number; secondsLeft: number | null }): string {
  const left = progress.secondsLeft === null ? "" : `, ${duration(progress.secondsLeft * 1000)} left`;
  return `${percentOf(progress)} %${left}`;
}
