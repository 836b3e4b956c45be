import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { approveBundle } from "../door/approve-bundle.ts";
import { findBundle } from "../door/find-card.ts";
import { printBundle } from "../door/print-bundle.ts";
import { withDoor } from "../door/with-door.ts";

interface ApproveFlags {
  yes?: boolean;
  sha: string[];
  atOnce?: boolean;
}

const collect = (value: string, before: string[]): string[] => [...before, value];

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<number>", "the card; all steps of its request get the same yes")
    .description("Show a card whole, and do it if you say yes. A message waits a moment first, to be taken back.")
    .option("--yes", "do not ask; for a green card whose --sha you name")
    .option(
      "--sha <hash>",
      "the beginning of the hash you looked at, at least 8 letters; one for each step",
      collect,
      [],
    )
    .option("--at-once", "do not wait for the moment to take it back")
    .addHelpText(
      "after",
      `
Green takes a key, amber the word yes, red the recipient's domain, typed; once you have a passkey, red is for the page.
To change what it says: ${context.self} edit 3. Nothing typed beside the number changes it.

Examples
  ${context.self} approve 3
  ${context.self} approve 3 --at-once
  ${context.self} approve 3 --yes --sha 1f0c93aa`,
    )
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
    printBundle(context, opened, bundle);
    const { yes = false, atOnce: now = false, sha } = flags;
    await approveBundle(context, opened, bundle, { yes, sha, now });
  });
}
