import type { Command } from "commander";
import { plural } from "../../core/plural.ts";
import type { CommandContext } from "../command-context.ts";
import { byTerminal, orThrow } from "../door/by-terminal.ts";
import { findCard } from "../door/find-card.ts";
import { withDoor } from "../door/with-door.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<number>", "a card over many things")
    .argument("<line...>", "what is left out, by the ids that stand beside the lines")
    .description("Leave some lines out of a bulk card.")
    .addHelpText("after", `\nExample\n  ${context.self} exclude 3 18c2f0a91b 18c2f0aa03`)
    .action(async (number: string, lines: string[]) => {
      await withDoor(context, async ({ door }) => {
        const { card, sha256 } = await findCard(door, number);
        const seen = { cardId: card.id, revision: card.revision, sha256 };
        orThrow(await door.exclude(seen, lines, byTerminal("terminal")));
        const { preview } = await findCard(door, number);
        context.terminal.out(
          `${plural(preview.lines.length, "line")} left. Approve: ${context.self} approve ${number}\n`,
        );
      });
    });
}
