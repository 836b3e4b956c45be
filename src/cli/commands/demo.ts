import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .description(
      "Six weeks of an invented life, imported and digested: everybody in it is invented, nothing leaves here.",
    )
    .addHelpText("after", `\nAfterwards every command works on it with --demo: ${context.self} --demo show 2`)
    .action(async () => {
      const { runDemo } = await import("../run-demo.ts");
      await runDemo(context);
    });
}
