import { catalog } from "../catalog.ts";
import type { CommandContext } from "../command-context.ts";
import { makePaint } from "./paint.ts";
import { padEnd, wrap } from "./width.ts";

/** The list of commands, grouped by what a person wants. */
export function helpScreen(context: CommandContext): string {
  const { terminal, self } = context;
  const paint = makePaint(terminal.colour);
  const width = Math.min(terminal.columns, 90);
  const lines = [
    `${paint.bold("steward")} tells you what you missed, from your own files. Nothing leaves this computer.`,
  ].flatMap((line) => (width < 78 ? wrap(line, width) : [line]));
  for (const group of catalog) {
    lines.push("", paint.bold(group.heading));
    for (const { name, usage, summary } of group.commands) {
      const call = `${name} ${usage}`.trim();
      const [head = "", ...more] = wrap(summary, width - 24);
      lines.push(`  ${padEnd(call, 20)}  ${head}`, ...more.map((line) => `${" ".repeat(24)}${line}`));
    }
  }
  const options: [string, string][] = [
    ["--demo", "use the invented life in .demo/ (made by: npm run demo)"],
    ["--home DIR", "use another steward home"],
    ["--json", "for programs, where a command has it"],
    ["--no-color", "plain text; NO_COLOR and pipes do the same"],
  ];
  lines.push("", paint.bold("Everywhere"));
  for (const [flag, meaning] of options) {
    const [head = "", ...more] = wrap(meaning, width - 24);
    lines.push(`  ${padEnd(flag, 20)}  ${head}`, ...more.map((line) => `${" ".repeat(24)}${line}`));
  }
  lines.push(
    "",
    `N is the number of an entry in the last digest, or of a thread as t123.`,
    `More on one: ${self} help digest`,
  );
  return `${lines.join("\n")}\n`;
}

/** What somebody sees who has not set anything up. */
export function welcomeScreen(context: CommandContext): string {
  const paint = makePaint(context.terminal.colour);
  const self = context.self;
  return [
    `${paint.bold("steward")} tells you what you missed, from your own files. Nothing leaves this computer.`,
    "",
    `There is no steward home at ${context.home} yet. Three ways to start:`,
    "",
    `  ${paint.bold(`${self} demo`)}          try it on six weeks of an invented life`,
    `  ${paint.bold(`${self} begin`)}         see what this computer already has, read what you tick`,
    `  ${paint.bold(`${self} import PATH`)}   read a mailbox, a chat export, a calendar, contacts`,
    "",
    `  ${self} --help lists everything.`,
    "",
  ].join("\n");
}
