import type { Command } from "commander";
import { forScreen } from "../../core/untrusted.ts";
import type { CommandContext } from "../command-context.ts";
import { byTerminal, orThrow } from "../door/by-terminal.ts";
import { findBundle } from "../door/find-card.ts";
import { withDoor } from "../door/with-door.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<number>", "the card; all steps of its request go with it")
    .argument("[reason...]", "why not, in your words: it is kept, and shown when the same comes again")
    .description("Say no to a card, for good.")
    .addHelpText("after", `\nExamples\n  ${context.self} reject 3\n  ${context.self} reject 3 I already called him`)
    .action((number: string, reason: string[]) => reject(context, number, reason.join(" ")));
}

async function reject(context: CommandContext, number: string, reason: string): Promise<void> {
  await withDoor(context, async ({ door }) => {
    const { open, cards } = await findBundle(door, number);
    const seen =
      open.length > 0 ? open : cards.map(({ card, sha256 }) => ({ cardId: card.id, revision: card.revision, sha256 }));
    orThrow(await door.decide({ seen, kind: "reject", reason, laterUntil: null, decidedBy: byTerminal("terminal") }));
    context.terminal.out(`Rejected. It is kept in the ledger${reason === "" ? "" : ", with your reason"}.\n`);
    if (reason !== "") context.terminal.out(`To have it so from now on: ${context.self} teach ${quoteWords(reason)}\n`);
  });
}

/** As a shell takes it, in one piece. */
function quoteWords(words: string): string {
  return `'${forScreen(words).replaceAll("'", "'\\''")}'`;
}
