import { catalog } from "../catalog.ts";
import type { CommandContext } from "../command-context.ts";
import { makePaint } from "./paint.ts";
import { padEnd, wrap } from "./width.ts";

/** The list of commands, grouped by what a person wants. Contract: no line is wider than the screen. */
export function helpScreen(context: CommandContext): string {
  const { terminal, self } = context;
  const paint = makePaint(terminal.colour);
  const width = Math.min(terminal.columns, 90);
  const lines = wrap(
    "steward tells you what you missed, from your own files and accounts. What it reads stays here.",
    width,
  );
  for (const { heading, commands } of catalog) {
    lines.push("", paint.bold(heading));
    for (const { name, usage, summary } of commands) lines.push(...entry(`${name} ${usage}`.trim(), summary, width));
  }
  lines.push("", paint.bold("Everywhere"));
  for (const [flag, meaning] of everywhere) lines.push(...entry(flag, meaning, width));
  lines.push("", ...wrap("N is the number of an entry in the last digest, or of a thread as t123.", width));
  lines.push(...wrap(`More on one: ${self} help digest`, width));
  return `${lines.join("\n")}\n`;
}

const everywhere: readonly (readonly [string, string])[] = [
  ["--demo", "the invented life that `demo` made"],
  ["--home DIR", "another steward home"],
  ["--json", "for programs, where a command has it"],
  ["--no-color", "plain text; NO_COLOR and pipes do the same"],
];

/** Two columns on a wide screen; on a phone the meaning stands below. */
function entry(call: string, meaning: string, width: number): string[] {
  const column = 21;
  if (width < 60) return [`  ${call}`, ...wrap(meaning, width - 6).map((line) => `      ${line}`)];
  const [head = "", ...more] = wrap(meaning, width - column - 2);
  return [`  ${padEnd(call, column - 1)} ${head}`, ...more.map((line) => `${" ".repeat(column + 2)}${line}`)];
}

/** What somebody sees who has not set anything up. */
export function welcomeScreen(context: CommandContext): string {
  const paint = makePaint(context.terminal.colour);
  const self = context.self;
  return [
    `${paint.bold("steward")} tells you what you missed, from your own files and accounts. What it reads stays here.`,
    "",
    `There is no steward home at ${context.home} yet. Four ways to start:`,
    "",
    `  ${paint.bold(`${self} demo`)}          try it on six weeks of an invented life`,
    `  ${paint.bold(`${self} begin`)}         see what this computer already has, read what you tick`,
    `  ${paint.bold(`${self} import PATH`)}   read a mailbox, a chat export, a calendar, contacts`,
    `  ${paint.bold(`${self} connect`)}       read Gmail, calendars and Drive live (docs/connect-google.md)`,
    "",
    `  ${self} --help lists everything.`,
    "",
  ].join("\n");
}
