import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { byTerminal, orThrow } from "../door/by-terminal.ts";
import { findCard } from "../door/find-card.ts";
import { withDoor } from "../door/with-door.ts";

interface SettleFlags {
  happened?: boolean;
  not?: boolean;
}

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<number>", "a card nobody knows the end of, or one that was handed to you")
    .description("Say what became of a card: you looked, or you did it.")
    .option("--happened", "it happened, or you did it")
    .option("--not", "it did not happen")
    .addHelpText("after", `\nExamples\n  ${context.self} settle 3 --happened\n  ${context.self} settle 3 --not`)
    .action((number: string, flags: SettleFlags) => settle(context, number, flags));
}

async function settle(context: CommandContext, number: string, flags: SettleFlags): Promise<void> {
  if ((flags.happened === true) === (flags.not === true)) {
    throw new StewardError("usage", "Did it happen?", { cure: "Add --happened or --not." });
  }
  await withDoor(context, async ({ door }) => {
    const { card, preview } = await findCard(door, number);
    const by = byTerminal("terminal");
    if (card.state === "done" && preview.handOff !== null && flags.happened === true)
      orThrow(await door.markDone(card.id, by));
    else orThrow(await door.settle(card.id, flags.happened === true, by));
    context.terminal.out("Noted in the ledger, as your word.\n");
  });
}
