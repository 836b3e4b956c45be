import { moment } from "../../core/times.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { CommandContext } from "../command-context.ts";
import type { OpenHome } from "../open-home.ts";
import { makePaint } from "../render/paint.ts";
import { wrap } from "../render/width.ts";

/** Prints one event on a line: the time, then what happened; a long one is broken under itself. Nothing in it drives the screen. */
export function eventPrinter(context: CommandContext, home: Pick<OpenHome, "config">): (line: string) => void {
  const paint = makePaint(context.terminal.colour);
  return (line) => {
    const nowMs = context.clock.now();
    const time = moment(new Date(nowMs).toISOString(), home.config.zone, nowMs);
    const width = Math.min(context.terminal.columns, 100) - 7;
    // Titles and names of others stand in some of them.
    wrap(forScreen(line), width).forEach((part, index) => {
      context.terminal.out(`${index === 0 ? paint.dim(time) : "     "}  ${part}\n`);
    });
  };
}
