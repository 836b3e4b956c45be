import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { askYes } from "../door/ask-yes.ts";
import { byTerminal, orThrow } from "../door/by-terminal.ts";
import { carryOutHere } from "../door/carry-out-here.ts";
import { findBundle } from "../door/find-card.ts";
import { screenOptions } from "../door/screen-options.ts";
import { type HomeWithDoor, withDoor } from "../door/with-door.ts";
import { bundleLines } from "../render/card-screen.ts";

interface ApproveFlags {
  yes?: boolean;
  sha?: string;
  now?: boolean;
}

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<number>", "the card; all steps of its request get the same yes")
    .description("Show a card whole, and do it if you say yes. A message waits a moment first, to be taken back.")
    .option("--yes", "do not ask; for a green card whose --sha you name")
    .option("--sha <hash>", "the beginning of the hash of the card you looked at, at least 8 letters")
    .option("--now", "do not wait for the moment to take it back")
    .addHelpText("after", `\nExamples\n  ${context.self} approve 3\n  ${context.self} approve 3 --now`)
    .action((number: string, flags: ApproveFlags) => approve(context, number, flags));
}

async function approve(context: CommandContext, number: string, flags: ApproveFlags): Promise<void> {
  await withDoor(context, async (opened) => {
    const bundle = await findBundle(opened.door, number);
    if (bundle.open.length === 0) {
      throw new StewardError("moved", `Card ${number} waits for no decision.`, {
        cure: `See: ${context.self} cards ${number}`,
      });
    }
    context.terminal.out(`${bundleLines(bundle, screenOptions(context, opened.home)).join("\n")}\n`);
    const proof = await askYes(context, bundle, { yes: flags.yes === true, sha: flags.sha ?? null });
    if (proof === null) {
      context.terminal.out("Nothing was done.\n");
      return;
    }
    const request = { seen: bundle.open, kind: "approve" as const, reason: "", laterUntil: null };
    const cards = orThrow(await opened.door.decide({ ...request, decidedBy: byTerminal(proof) }));
    const ids = cards.map(({ id }) => id);
    if (flags.now === true) await sendNow(opened, ids);
    await carryOutHere(context, opened, ids);
  });
}

async function sendNow({ door }: HomeWithDoor, cardIds: readonly string[]): Promise<void> {
  for (const id of cardIds) orThrow(await door.sendNow(id, byTerminal("terminal")));
}
