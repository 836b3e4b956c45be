import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { findBundle } from "../door/find-card.ts";
import { screenOptions } from "../door/screen-options.ts";
import { withDoor } from "../door/with-door.ts";
import { bundleLines } from "../render/card-screen.ts";
import { queueLines } from "../render/cards-screen.ts";

interface CardsFlags {
  all?: boolean;
  history?: boolean;
  json?: boolean;
}

export function define(command: Command, context: CommandContext): void {
  command
    .argument("[number]", "a card, to see all of it: everything that would leave, to whom, why, and what is odd")
    .description("What waits for your yes, and what is on its way.")
    .option("--all", "also what you put off")
    .option("--history", "what ended, newest first")
    .option("--json", "print as JSON")
    .addHelpText("after", `\nExamples\n  ${context.self} cards\n  ${context.self} cards 3\n  ${context.self} approve 3`)
    .action((number: string | undefined, flags: CardsFlags) => cards(context, number, flags));
}

async function cards(context: CommandContext, number: string | undefined, flags: CardsFlags): Promise<void> {
  await withDoor(context, async ({ home, door }) => {
    const options = screenOptions(context, home);
    const print = (value: unknown): void => context.terminal.out(`${JSON.stringify(value, null, 2)}\n`);
    if (number !== undefined) {
      const bundle = await findBundle(door, number);
      if (flags.json === true) print(bundle);
      else context.terminal.out(`${bundleLines(bundle, options).join("\n")}\n`);
      return;
    }
    if (flags.history === true) {
      const ended = await door.history(50);
      if (flags.json === true) print(ended);
      else
        context.terminal.out(
          `${queueLines(
            [],
            ended.map((view) => ({ ...view, card: { ...view.card } })),
            options,
          )
            .slice(1)
            .join("\n")
            .trimStart()}\n`,
        );
      return;
    }
    const queue = await door.queue({ all: flags.all === true });
    const moving = await door.moving();
    if (flags.json === true) print({ queue, moving });
    else context.terminal.out(`${queueLines(queue, moving, options).join("\n")}\n`);
  });
}
