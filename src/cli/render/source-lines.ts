import { count } from "../../core/plural.ts";
import { duration, moment } from "../../core/times.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { SourceHealth } from "../../store/source-health.ts";
import type { Source } from "../../store/sources.ts";
import type { Paint } from "./paint.ts";
import { clip, padEnd, wrap } from "./width.ts";

export interface SourceLineOptions {
  paint: Paint;
  width: number;
  zone: string;
  nowMs: number;
}

/** One source in one line, with its trouble and what cures it below. Contract: pure; no line is wider than `width`. */
export function sourceLines(source: Source, health: SourceHealth | null, options: SourceLineOptions): string[] {
  const { paint, width, zone, nowMs } = options;
  const labelWidth = Math.max(10, Math.min(38, width - 40));
  const label = padEnd(clip(forScreen(source.label), labelWidth), labelWidth);
  const { mark, words, below } = stateOf(source, health, options);
  const asked = health?.polledAt ?? source.readAt;
  const when = asked === null ? "never read" : `read ${moment(asked, zone, nowMs)}`;
  const line = `${mark} ${label} ${clip(`${words} · ${when}`, Math.max(8, width - labelWidth - 3))}`;
  return [line, ...below.flatMap((text) => wrap(text, width - 4)).map((text) => `    ${paint.dim(text)}`)];
}

function stateOf(
  source: Source,
  health: SourceHealth | null,
  { paint, zone, nowMs }: SourceLineOptions,
): { mark: string; words: string; below: string[] } {
  const since = health === null ? "" : ` since ${moment(health.sinceAt, zone, nowMs)}`;
  switch (health?.state) {
    case undefined:
      return { mark: paint.dim("·"), words: source.readAt === null ? "not read to its end yet" : "ok", below: [] };
    case "ok":
      return { mark: paint.green("✓"), words: "ok", below: [] };
    case "needs_reauth":
      return {
        mark: paint.red("!"),
        words: `sign-in needed${since}`,
        below: [`Run: ${forScreen(health.detail)}`],
      };
    case "degraded": {
      const next = health.retryAt === null ? "" : ` Next try at ${moment(health.retryAt, zone, nowMs)}.`;
      return { mark: paint.yellow("!"), words: `degraded${since}`, below: [`${forScreen(health.detail)}${next}`] };
    }
    case "catching_up":
      return { mark: paint.cyan("…"), words: `catching up ${farWords(health)}`.trimEnd(), below: paceWords(health) };
  }
}

/** `34 %, 2 h 05 min left`. */
function farWords({ progress }: SourceHealth): string {
  if (progress === null) return "";
  const left = progress.secondsLeft === null ? "" : `, ${duration(progress.secondsLeft * 1000)} left`;
  return `${percentOf(progress)} %${left}`;
}

function paceWords({ progress }: SourceHealth): string[] {
  if (progress === null || progress.unit === "bytes") return [];
  const pace = progress.perMinute > 0 ? `, ${count(progress.perMinute)} a minute` : "";
  return [`${count(progress.done)} of ${count(progress.total)}${pace}`];
}

/** Whole percent, 0 to 99 while it is not done. */
export function percentOf({ done, total }: { done: number; total: number }): number {
  if (total <= 0) return 0;
  return Math.max(0, Math.min(99, Math.floor((done / total) * 100)));
}
