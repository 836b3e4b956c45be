import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { withDoor } from "../door/with-door.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .argument("[why...]", "why, for the ledger")
    .description("Stop everything that acts, at once, until you say resume. Reading goes on.")
    .addHelpText(
      "after",
      `
A file named STOP in ${context.home} does the same, whoever makes it. What was approved and has not begun needs a new yes.

Examples
  ${context.self} stop
  ${context.self} stop strange mails go out`,
    )
    .action(async (why: string[]) => {
      const words = why.length === 0 ? "You said stop." : why.join(" ");
      await withDoor(
        context,
        async ({ door }) => {
          await door.stop({ surface: "terminal" }, words);
          context.terminal.out(`Stopped. Nothing goes out until: ${context.self} resume\n`);
        },
        { policy: "unread" },
      );
    });
}
