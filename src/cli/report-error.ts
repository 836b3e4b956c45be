import { errorExitCodes, StewardError, toStewardError } from "../core/errors.ts";
import { forScreen } from "../core/untrusted.ts";
import { makePaint } from "./render/paint.ts";
import { wrap } from "./render/width.ts";
import type { Terminal } from "./terminal.ts";

/** Says what went wrong in one line and its cure below, never a stack unless asked; returns the exit code. */
export function reportError(error: unknown, terminal: Terminal, options: { debug: boolean; doing: string }): number {
  const named = error instanceof StewardError ? error : toStewardError(error, options.doing);
  const paint = makePaint(terminal.colour && terminal.errIsTTY);
  terminal.err(`${paint.red("steward:")} ${forScreen(named.message)}\n`);
  if (named.cure !== null) {
    for (const line of wrap(forScreen(named.cure, { multiline: true }), Math.min(terminal.columns, 78) - 2)) {
      terminal.err(`  ${line}\n`);
    }
  }
  if (named.code === "internal" && !options.debug) {
    terminal.err("  This is a bug. STEWARD_DEBUG=1 shows where it happened.\n");
  }
  if (options.debug && named.stack !== undefined) terminal.err(`${forScreen(stackOf(named), { multiline: true })}\n`);
  return errorExitCodes[named.code];
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${error.cause.stack ?? error.cause.message}` : "";
  return `${error.stack ?? error.message}${cause}`;
}
