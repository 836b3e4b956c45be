import { join } from "node:path";
import type { Command } from "commander";
import { duration } from "../../core/times.ts";
import { openEventLog } from "../../daemon/event-log.ts";
import { holdDaemonLease } from "../../daemon/hold-daemon-lease.ts";
import { spawnInside } from "../../daemon/spawn-inside.ts";
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
      else await superviseInside(context, home, signal, say);
      if (lease.lost.aborted) say("Another steward took over while this computer slept.");
    } finally {
      await lease.release();
    }
  });
}

async function superviseInside(
  context: CommandContext,
  home: OpenHome,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const log = openEventLog(home.paths.log, context.clock);
  const main = join(context.checkout, "src", "main.ts");
  const code = await supervise(
    {
      clock: context.clock,
      spawn: () => spawnInside(main, ["--home", context.home, "inside"]),
      onEvent: (event) => {
        const words = eventWords(event, home);
        say(words);
        log.write(words);
      },
    },
    signal,
  );
  context.endWith(code);
}

function eventWords(event: SupervisorEvent, home: OpenHome): string {
  switch (event.kind) {
    case "died":
      return `The reading side ${event.how}. Starting it again in ${duration(event.waitMs)}.`;
    case "crash_loop":
      return `The reading side ${event.how}, ${event.times} times in a row, so it is not started again. ${home.paths.log} says more; steward doctor checks the home.`;
    case "gave_up":
      return `The reading side ${event.how}: starting it again would not help. What it said is above.`;
    case "killed":
      return "The reading side did not stop within half a minute and was ended.";
  }
}
