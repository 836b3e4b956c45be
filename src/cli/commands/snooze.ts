import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { parseWhen } from "../parse-when.ts";
import { setState } from "../set-state.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<n>", "number of an entry in the last digest, or a thread as t17")
    .argument("<when>", "3h, tomorrow, monday, 1w, 18:30, 2026-11-20 or 2026-11-20T15:00; a day means 8:00")
    .description("Hide it until then.")
    .addHelpText("after", `\nExamples\n  ${context.self} snooze 2 tomorrow\n  ${context.self} snooze t17 3h`)
    .action((reference: string, when: string) =>
      setState(context, [reference], "snoozed", (zone) =>
        parseWhen(when, { zone, nowMs: context.clock.now(), direction: "future" }),
      ),
    );
}
