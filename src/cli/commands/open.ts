import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { setState } from "../set-state.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<n...>", "numbers of entries in the last digest, or threads as t17")
    .description("Undo done, snooze or mute.")
    .addHelpText("after", `\nExamples\n  ${context.self} open 3\n  ${context.self} open 3 5 t17`)
    .action((references: string[]) => setState(context, references, "open", null));
}
