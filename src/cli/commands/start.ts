import { join } from "node:path";
import type { Command } from "commander";
import { duration } from "../../core/times.ts";
import { openEventLog } from "../../daemon/event-log.ts";
import { holdDaemonLease } from "../../daemon/hold-daemon-lease.ts";
import { spawnSide } from "../../daemon/spawn-side.ts";
import { type SupervisorEvent, supervise } from "../../daemon/supervisor.ts";
import type { CommandContext } from "../command-context.ts";
import { eventPrinter } from "../daemon/event-printer.ts";
import { runInsideOnce } from "../daemon/run-inside.ts";
import { type OpenHome, withHome } from "../open-home.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .description(
      "Keep every source in step until Ctrl-C: mail within seconds, calendar, Drive and files within minutes.",
    )
    .option("--once", "read every source once, judge what came, and end")
    .addHelpText(
      "after",
      `
Runs in the foreground and says one line an event; steward.log in the home keeps them. One runs on a home at a time. How often
each service is asked can be set in config.json, in seconds: "poll": { "gmail": 30, "files": 600 }.

Examples
  ${context.self} start
  ${context.self} start --once`,
    )
    .action((flags: { once?: boolean }) => start(context, flags.once === true));
}

async function start(context: CommandContext, once: boolean): Promise<void> {
  const interrupted = context.takeInterrupts();
  await withHome(context, { create: false }, async (home) => {
    const lease = await holdDaemonLease(home.store, context);
    const signal = AbortSignal.any([interrupted, lease.lost]);
    const say = eventPrinter(context, home);
    try {
      if (once) context.endWith(await runInsideOnce(context, home, signal, say));
      else await superviseSides(context, home, signal, say);
      if (lease.lost.aborted) say("Another steward took over while this computer slept.");
    } finally {
      await lease.release();
    }
  });
}

const sides = [
  { command: "inside", name: "The reading side" },
  { command: "door", name: "The acting side" },
] as const;

/** Both sides, each a process of its own: one that dies is started again and leaves the other one alone. */
async function superviseSides(
  context: CommandContext,
  home: OpenHome,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const log = openEventLog(home.paths.log, context.clock);
  const main = join(context.checkout, "src", "main.ts");
  const given = new AbortController();
  const both = AbortSignal.any([signal, given.signal]);
  const supervising = sides.map(async ({ command, name }) => {
    const code = await supervise(
      {
        clock: context.clock,
        spawn: () => spawnSide(main, ["--home", context.home, command]),
        onEvent: (event) => {
          const words = eventWords(event, name, home);
          say(words);
          log.write(words);
        },
      },
      both,
    );
    // One that cannot run is for the owner to see; half a steward is none.
    if (code !== 0) given.abort();
    return code;
  });
  context.endWith(Math.max(...(await Promise.all(supervising))));
}

function eventWords(event: SupervisorEvent, name: string, home: OpenHome): string {
  switch (event.kind) {
    case "died":
      return `${name} ${event.how}. Starting it again in ${duration(event.waitMs)}.`;
    case "crash_loop":
      return `${name} ${event.how}, ${event.times} times in a row, so it is not started again. ${home.paths.log} says more; steward doctor checks the home.`;
    case "gave_up":
      return `${name} ${event.how}: starting it again would not help. What it said is above.`;
    case "killed":
      return `${name} did not stop within half a minute and was ended.`;
  }
}
