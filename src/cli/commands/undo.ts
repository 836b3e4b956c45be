import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { byTerminal, orThrow } from "../door/by-terminal.ts";
import { findCard } from "../door/find-card.ts";
import { withDoor } from "../door/with-door.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<number>", "the card")
    .description("Take a yes back before it goes out, or undo what was changed.")
    .addHelpText("after", `\nExample\n  ${context.self} undo 3`)
    .action((number: string) => undo(context, number));
}

async function undo(context: CommandContext, number: string): Promise<void> {
  await withDoor(context, async ({ door }) => {
    const { card } = await findCard(door, number);
    const [after] = orThrow(await door.undo(card.id, byTerminal("terminal")));
    context.terminal.out(
      after?.state === "done"
        ? "Undone.\n"
        : `Taken back. Nothing was sent. To have it again: ${context.self} redraft ${card.number}\n`,
    );
  });
}
