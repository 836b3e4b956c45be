import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { eventPrinter } from "../daemon/event-printer.ts";
import { runInside } from "../daemon/run-inside.ts";
import { withHome } from "../open-home.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .description("The reading side of `start`, started and watched by it. Ends when it does.")
    .action(() => inside(context));
}

async function inside(context: CommandContext): Promise<void> {
  const signal = context.takeInterrupts();
  await withHome(context, { create: false }, async (home) => {
    await runInside(context, home, signal, eventPrinter(context, home));
  });
}
