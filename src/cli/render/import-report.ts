import { count, plural } from "../../core/plural.ts";
import { duration } from "../../core/times.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { ImportReport } from "../../intake/intake.ts";
import type { CommandContext } from "../command-context.ts";
import type { SourceOutcome } from "../read-sources.ts";
import { makePaint } from "./paint.ts";
import { padEnd, wrap } from "./width.ts";

const shownProblems = 10;

/** What one source gave, in one line, and below it what could not be read and where. */
export function reportLines(outcome: SourceOutcome, context: CommandContext): string[] {
  const paint = makePaint(context.terminal.colour);
  const width = Math.min(context.terminal.columns, 78);
  const label = forScreen(outcome.source.label);
  const { report } = outcome;
  const failure = outcome.error ?? report?.failure ?? null;
  const cure = forScreen(failure?.cure ?? "");
  const failed = [
    ...wrap(`${label}: ${forScreen(failure?.message ?? "could not be read.")}`, width - 2),
    ...(cure === "" ? [] : wrap(cure, width - 4).map((line) => `  ${line}`)),
  ].map((line, index) => `${index === 0 ? paint.red("!") : " "} ${line}`);
  if (report === null || (failure !== null && report.unchanged)) return failed;
  const facts = takenWords(report);
  const mark = report.stopped === null ? paint.green("✓") : paint.yellow("·");
  const took = report.stopped === null ? `  ${paint.dim(duration(report.tookMs))}` : "";
  const lines = [`${mark} ${padEnd(label, Math.max(12, Math.min(40, width - 38)))}  ${facts}${took}`];
  const stopped = stoppedWords(report, context);
  if (stopped !== null) lines.push(...wrap(stopped, width - 4).map((line) => `    ${line}`));
  return [...lines, ...(failure === null ? [] : failed), ...problemLines(outcome, width)];
}

function takenWords(report: ImportReport): string {
  if (report.unchanged && report.added + report.changed + report.relabelled + report.gone === 0) {
    return report.stopped === null ? "nothing new" : `${count(report.known)} already known`;
  }
  const words = [`${count(report.added)} new`];
  if (report.relabelled > 0) words.push(`${count(report.relabelled)} with other labels`);
  if (report.changed > 0) words.push(`${count(report.changed)} changed`);
  if (report.known > 0) words.push(`${count(report.known)} already known`);
  if (report.gone > 0) words.push(`${count(report.gone)} gone`);
  if (report.partial > 0) words.push(`${count(report.partial)} read in part`);
  return words.join(", ");
}

function stoppedWords(report: ImportReport, context: CommandContext): string | null {
  switch (report.stopped) {
    case null:
      return null;
    case "interrupted":
      return `Interrupted. What is listed stays; ${context.self} sync goes on from here.`;
    case "disk_full":
      return `The disk is full. What is listed stays; free some space, then ${context.self} sync goes on from here.`;
    case "enough":
      return `The newest of it; ${context.self} sync, or ${context.self} start, reads on.`;
    case "removed":
      return "The source was removed while it was read.";
    case "needs_reauth":
    case "degraded":
      return `What is listed stays; ${context.self} sync goes on from here.`;
    case "busy":
      return "Another steward is reading this source right now. Wait for it, then try again.";
  }
}

function problemLines(outcome: SourceOutcome, width: number): string[] {
  const problems = outcome.report?.problems ?? [];
  const all = outcome.report?.problemCount ?? 0;
  if (problems.length === 0) return [];
  const lines = [`    Could not read ${plural(all, "record")}:`];
  const grouped = Map.groupBy(problems.slice(0, shownProblems), (problem) => problem.locator.path);
  for (const [file, found] of grouped) {
    lines.push(`    ${forScreen(file)}`);
    for (const { locator, reason } of found) {
      const place = locator.offset === null ? "" : `byte ${count(locator.offset)}: `;
      lines.push(...wrap(`${place}${forScreen(reason)}`, width - 8).map((line) => `      ${line}`));
    }
  }
  const more = all - shownProblems;
  if (more > 0) lines.push(`    and ${count(more)} more`);
  if (outcome.problemsPath !== null) lines.push(`    All of it: ${outcome.problemsPath}`);
  return lines;
}
