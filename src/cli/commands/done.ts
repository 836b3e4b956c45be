import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { setState } from "../set-state.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<n...>", "numbers of entries in the last digest, or threads as t17")
    .description("It is dealt with. It comes back when something new arrives in it.")
    .addHelpText("after", `\nExamples\n  ${context.self} done 3\n  ${context.self} done 3 5 t17`)
    .action((references: string[]) => setState(context, references, "done", null));
}
