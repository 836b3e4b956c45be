import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { eventPrinter } from "../daemon/event-printer.ts";
import { makePlug } from "../door/plug.ts";
import { runDoor } from "../door/run-door.ts";
import { withDoor } from "../door/with-door.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .description("The acting side of `start`, started and watched by it: shows cards, carries out what was approved.")
    .option("--demo-plug", "the page gets a button that kills this process in the middle of an effect")
    .action(async (flags: { demoPlug?: boolean }) => {
      const plug = makePlug(() => process.kill(process.pid, "SIGKILL"), Math.random);
      const signal = context.takeInterrupts();
      await withDoor(context, async (opened) => {
        await runDoor(context, opened, signal, eventPrinter(context, opened.home), {
          ...(flags.demoPlug === true ? { plug } : {}),
        });
      });
    });
}
