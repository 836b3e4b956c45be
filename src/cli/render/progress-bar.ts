import { bytes, count, plural } from "../../core/plural.ts";
import { duration } from "../../core/times.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { ImportProgress } from "../../intake/intake.ts";
import type { Terminal } from "../terminal.ts";
import { makePaint } from "./paint.ts";
import { clip, padEnd } from "./width.ts";

const redrawEveryMs = 80;

/** One line at the bottom of a screen that says how far an import is; nothing where nobody looks. */
export interface ProgressBar {
  show(progress: ImportProgress): void;
  clear(): void;
}

/** Makes the bar of one terminal; it is drawn on standard error, so that standard output stays clean. */
export function makeProgressBar(terminal: Terminal, now: () => number): ProgressBar {
  if (!terminal.errIsTTY) return { show: () => undefined, clear: () => undefined };
  let drawnAt = 0;
  let drawn = false;
  return {
    show: (progress) => {
      if (now() - drawnAt < redrawEveryMs) return;
      drawnAt = now();
      drawn = true;
      terminal.err(`\r\u001b[2K${progressLine(progress, Math.min(terminal.columns - 1, 78), terminal.colour)}`);
    },
    clear: () => {
      if (drawn) terminal.err("\r\u001b[2K");
      drawn = false;
    },
  };
}

/** Label, bar, how much, how fast, how long still. Contract: pure; at most `width` cells. */
export function progressLine(progress: ImportProgress, width: number, colour: boolean): string {
  const paint = makePaint(colour);
  const share = progress.totalBytes > 0 ? Math.min(1, progress.doneBytes / progress.totalBytes) : 0;
  const taken = progress.added + progress.known;
  const left = progress.secondsLeft === null ? "" : ` · ${duration(progress.secondsLeft * 1000)} left`;
  const size = progress.unit === "bytes" ? ` of ${bytes(progress.totalBytes)}` : ` of ${count(progress.totalBytes)}`;
  const rate = progress.perSecond > 0 ? ` · ${count(progress.perSecond)}/s` : "";
  const facts = `${String(Math.floor(share * 100)).padStart(3)}%${size} · ${plural(taken, "item")}${rate}${left}`;
  const labelWidth = Math.max(8, Math.min(22, width - facts.length - 14));
  const label = padEnd(forScreen(progress.label), labelWidth);
  const barWidth = Math.max(0, width - labelWidth - facts.length - 2);
  if (barWidth < 6) return clip(`${label} ${facts}`, width);
  const filled = Math.round(share * barWidth);
  return `${label} ${paint.green("━".repeat(filled))}${paint.dim("─".repeat(barWidth - filled))} ${facts}`;
}
