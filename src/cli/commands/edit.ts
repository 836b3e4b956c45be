import type { Command } from "commander";
import { isSameJson } from "../../core/canonical.ts";
import { StewardError } from "../../core/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { byTerminal, orThrow } from "../door/by-terminal.ts";
import { findCard } from "../door/find-card.ts";
import { readLetter, writeLetter } from "../door/letter-text.ts";
import { screenOptions } from "../door/screen-options.ts";
import { withDoor } from "../door/with-door.ts";
import { editText } from "../edit-text.ts";
import { cardLines } from "../render/card-screen.ts";

interface EditFlags {
  text?: string;
}

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<number>", "the card")
    .description("Change the words of a card in your $EDITOR. It approves nothing: what you wrote is shown again.")
    .option("--text <text>", "the new text, without an editor")
    .addHelpText("after", `\nExamples\n  ${context.self} edit 3\n  ${context.self} edit 3 --text "Tuesday is fine."`)
    .action((number: string, flags: EditFlags) => edit(context, number, flags));
}

async function edit(context: CommandContext, number: string, flags: EditFlags): Promise<void> {
  await withDoor(context, async ({ home, door }) => {
    const view = await findCard(door, number);
    if (view.editable === null) {
      throw new StewardError("usage", `There is nothing to edit in card ${view.card.number} now.`, {
        cure: "Reject it and ask anew, or redraft one that is closed.",
      });
    }
    const wanted =
      flags.text === undefined
        ? readLetter(
            await editText(context, home.paths.home, {
              name: `card-${view.card.number}.txt`,
              text: writeLetter(view.editable),
              otherwise: `steward edit ${view.card.number} --text "..."`,
            }),
            view.editable,
          )
        : { ...view.editable, text: flags.text };
    if (isSameJson(wanted, view.editable)) {
      context.terminal.out("Nothing was changed.\n");
      return;
    }
    const seen = { cardId: view.card.id, revision: view.card.revision, sha256: view.sha256 };
    orThrow(await door.edit(seen, wanted, byTerminal("terminal")));
    const after = await findCard(door, number);
    context.terminal.out(`${cardLines(after, screenOptions(context, home)).join("\n")}\n`);
    context.terminal.out(`\nChanged, and approved by nobody yet: ${context.self} approve ${after.card.number}\n`);
  });
}
