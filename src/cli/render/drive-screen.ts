import type { DiffLine } from "../../core/line-diff.ts";
import { plural } from "../../core/plural.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { LookedAt, MirrorLook, MirrorState } from "../../intake/mirror/look-at-mirrors.ts";
import type { CommandContext } from "../command-context.ts";
import { makePaint } from "./paint.ts";
import { clip, wrap } from "./width.ts";

const listed = 20;

/** Headings of what a person should look at, in the order of the screen. */
const headings: [MirrorState, string][] = [
  ["conflict", "Edited here and in Drive; Drive's version is beside it"],
  ["edited", "Edited here, not in Drive yet"],
  ["missing", "Deleted here; comes back when it changes in Drive"],
  ["blocked", "Not written: a link or a folder is in its place"],
  ["gone", "Gone from Drive; kept aside"],
];

/** The mirror on one screen: where it is, how many files, and what is not in step. */
export function driveLines(look: MirrorLook, directory: string, context: CommandContext): string[] {
  const paint = makePaint(context.terminal.colour);
  const width = Math.min(context.terminal.columns, 78);
  const inStep = look.files.filter(({ state }) => state === "same").length;
  const live = look.files.filter(({ state }) => state !== "gone").length;
  const lines = [
    `${paint.bold("Drive mirror")}  ${directory}`,
    live === inStep
      ? `${plural(live, "file")}, all in step with Drive.`
      : `${plural(live, "file")}, ${inStep} in step with Drive.`,
  ];
  for (const [state, heading] of headings) {
    const files = look.files.filter((one) => one.state === state && (state !== "gone" || one.mirror.gonePath !== null));
    if (files.length === 0) continue;
    lines.push("", paint.bold(`${heading} (${files.length})`));
    for (const file of files.slice(0, listed)) lines.push(`  ${clip(pathWords(file), width - 2)}`);
    if (files.length > listed) lines.push(paint.dim(`  and ${files.length - listed} more (--json lists all)`));
  }
  if (look.onlyHere.length > 0) {
    lines.push("", paint.bold(`Only here, not in Drive (${look.onlyHere.length})`));
    for (const path of look.onlyHere.slice(0, listed)) lines.push(`  ${clip(forScreen(path), width - 2)}`);
    if (look.onlyHere.length > listed) lines.push(paint.dim(`  and ${look.onlyHere.length - listed} more`));
  }
  const changed = look.files.find(({ state }) => state === "conflict" || state === "edited");
  if (changed !== undefined) {
    const named = JSON.stringify(forScreen(changed.mirror.path));
    lines.push("", ...wrap(`See what differs: ${context.self} drive diff ${named}`, width).map(paint.dim));
  }
  return lines;
}

function pathWords({ mirror, state }: LookedAt): string {
  const path = forScreen(mirror.path);
  if (state === "conflict") return `${path}  (${forScreen(mirror.besidePath ?? "")})`;
  return state === "gone" ? `${path}  (${forScreen(mirror.gonePath ?? "")})` : path;
}

/** A difference as lines with - for Drive and + for here. */
export function diffScreen(lines: readonly (DiffLine | null)[], context: CommandContext): string[] {
  const paint = makePaint(context.terminal.colour);
  return lines.map((line) => {
    if (line === null) return paint.dim("  ...");
    const text = forScreen(line.text);
    if (line.kind === "both") return paint.dim(`  ${text}`).trimEnd();
    return line.kind === "first" ? paint.red(`- ${text}`) : paint.green(`+ ${text}`);
  });
}
