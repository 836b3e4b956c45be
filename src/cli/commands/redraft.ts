import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { byTerminal } from "../door/by-terminal.ts";
import { findCard } from "../door/find-card.ts";
import { printBundle } from "../door/print-bundle.ts";
import { withDoor } from "../door/with-door.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<number>", "a card that expired, failed, was stopped, rejected, or overtaken by events")
    .description("Draw a card up again, from the world as it is now. Your own words in it stay.")
    .addHelpText("after", `\nExample\n  ${context.self} redraft 3`)
    .action(async (number: string) => {
      await withDoor(context, async (opened) => {
        const { card } = await findCard(opened.door, number);
        const answer = await opened.door.redraft(card.id, byTerminal("terminal"));
        if (answer.kind === "refused") throw new StewardError("usage", answer.text);
        printBundle(context, opened, answer.bundle);
      });
    });
}
