import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .description(
      "Six weeks of an invented life, connected and digested: everybody in it is invented, nothing leaves here.",
    )
    .option("--stay", "keep her emulated Google running and watched until Ctrl-C, to send her mail (so on a terminal)")
    .option("--no-stay", "end after the digest")
    .option("--model <url>", "your own model instead of the scripted one: its server's address, or the word anthropic")
    .option("--model-id <id>", "which model that server should use")
    .addHelpText("after", `\nAfterwards every command works on it with --demo: ${context.self} --demo show 2`)
    .action(async (flags: { stay?: boolean; model?: string; modelId?: string }) => {
      const { runDemo } = await import("../run-demo.ts");
      const { chooseModel } = await import("../demo/give-model.ts");
      await runDemo(context, { stay: flags.stay ?? null, model: await chooseModel(context, flags) });
    });
}
