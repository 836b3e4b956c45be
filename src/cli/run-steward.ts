import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { errorExitCodes } from "../core/errors.ts";
import { homePaths } from "../daemon/home-paths.ts";
import { catalog, findEntry, hiddenCommands } from "./catalog.ts";
import type { CommandContext, Machine } from "./command-context.ts";
import { hideSecrets } from "./hide-secrets.ts";
import { helpScreen, welcomeScreen } from "./render/help-screen.ts";
import { wrap } from "./render/width.ts";
import { reportError } from "./report-error.ts";
import { takeGlobals } from "./take-globals.ts";

/**
 * Runs one command line and returns its exit code. Contract: never throws; writes only through `given.terminal`, and no
 * secret; loads only the command that is called.
 */
export async function runSteward(argv: readonly string[], given: Machine): Promise<number> {
  const machine = hideSecrets(given);
  let exitCode = 0;
  try {
    const globals = takeGlobals(argv, machine.userHome);
    const home = globals.home ?? (globals.demo ? join(machine.checkout, ".demo") : machine.home);
    const nowMs = globals.now === null ? null : await readNow(globals.now, home, machine);
    const context: CommandContext = {
      ...machine,
      terminal: globals.noColour ? { ...machine.terminal, colour: false } : machine.terminal,
      home,
      self: globals.demo ? `${machine.self} --demo` : machine.self,
      clock: nowMs === null ? machine.clock : { ...machine.clock, now: () => nowMs },
      endWith: (code) => {
        exitCode = code;
      },
    };
    const ended = await runCommand(withDefault(globals.rest, context), context);
    return ended ?? exitCode;
  } catch (error) {
    return reportError(error, machine.terminal, { debug: machine.debug, doing: "running the command" });
  }
}

/** `--now`: an instant, or what any other moment is written as, in the owner's zone. Errors: `usage`, `config`. */
async function readNow(text: string, home: string, machine: Machine): Promise<number> {
  if (/T.*(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) && !Number.isNaN(Date.parse(text))) return Date.parse(text);
  const { parseWhen } = await import("./parse-when.ts");
  const { loadConfig } = await import("../daemon/home.ts");
  const zone = (await loadConfig(home))?.zone ?? machine.systemZone;
  return parseWhen(text, { zone, nowMs: machine.clock.now(), direction: "past" });
}

/** Without a command: the digest where there is a home, a welcome where there is none. */
function withDefault(rest: readonly string[], context: CommandContext): string[] {
  const [first] = rest;
  if (first !== undefined && (!first.startsWith("-") || isAboutTheProgram(first))) return [...rest];
  const paths = homePaths(context.home);
  if (first === undefined && !existsSync(paths.config) && !existsSync(paths.database)) return ["welcome"];
  return ["digest", ...rest];
}

function isAboutTheProgram(argument: string): boolean {
  return ["-h", "--help", "-V", "--version"].includes(argument);
}

async function runCommand(rest: readonly string[], context: CommandContext): Promise<number | null> {
  const { terminal } = context;
  const [first, second] = rest;
  if (first === "welcome") {
    terminal.out(welcomeScreen(context));
    return 0;
  }
  if (first === "--version" || first === "-V") {
    terminal.out(`${context.version}\n`);
    return 0;
  }
  if (first === "-h" || first === "--help" || (first === "help" && second === undefined)) {
    terminal.out(helpScreen(context));
    return 0;
  }
  const program = await buildProgram(first === "help" ? second : first, context);
  try {
    await program.parseAsync([...rest], { from: "user" });
    return null;
  } catch (error) {
    const { CommanderError } = await import("commander");
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : errorExitCodes.usage;
  }
}

async function buildProgram(called: string | undefined, context: CommandContext): Promise<Command> {
  // Loaded late: the list of commands needs no parser, and it should come at once.
  const { Command } = await import("commander");
  const { terminal } = context;
  const program = new Command("steward").exitOverride().configureOutput({
    writeOut: (text) => terminal.out(fitLines(text, terminal.columns)),
    writeErr: (text) => terminal.err(fitLines(text, terminal.columns)),
    getOutHelpWidth: () => Math.min(terminal.columns, 100),
    getErrHelpWidth: () => Math.min(terminal.columns, 100),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
    outputError: (text, write) =>
      write(`${text.replace(/^error: /, "steward: ").replace(/\(Did you mean (.*)\?\)/, "  Did you mean: $1?")}`),
  });
  program.showSuggestionAfterError(true).helpOption("-h, --help", "show this help");
  const hidden = hiddenCommands.filter((entry) => entry.name === called);
  for (const entry of [...catalog.flatMap((group) => group.commands), ...hidden]) {
    const command = program.command(entry.name).summary(entry.summary).description(sentence(entry.summary));
    command.showHelpAfterError(`  Run: ${context.self} ${entry.name} --help`);
    if (entry.name === called) (await entry.load()).define(command, context);
  }
  program.showHelpAfterError(`  Run: ${context.self} --help`);
  if (called !== undefined && findEntry(called) === null && !called.startsWith("-")) program.argument("<command>");
  return program;
}

/** Help texts are written for a wide screen; on any other their long lines are broken. */
function fitLines(text: string, columns: number): string {
  return text
    .split("\n")
    .flatMap((line) => wrap(line, Math.min(columns, 90)))
    .join("\n");
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
