import type { Command } from "commander";
import type { CardView } from "../../../approvals/door.ts";
import type { EditableText } from "../../core/action.ts";
import { isSameJson } from "../../core/canonical.ts";
import { StewardError } from "../../core/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { approveBundle } from "../door/approve-bundle.ts";
import { byTerminal, orThrow } from "../door/by-terminal.ts";
import { findBundle, findCard } from "../door/find-card.ts";
import { readLetter, writeLetter } from "../door/letter-text.ts";
import { printBundle } from "../door/print-bundle.ts";
import { type HomeWithDoor, withDoor } from "../door/with-door.ts";
import { writeWords } from "../door/write-words.ts";

interface EditFlags {
  text?: string;
  subject?: string;
  approve?: boolean;
}

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<number>", "the card")
    .description("Change the words of a card in your $EDITOR. It approves nothing: what you wrote is shown again.")
    .option("--text <text>", "the new text, without an editor")
    .option("--subject <subject>", "the new subject, without an editor")
    .option("--approve", "ask for your yes to what is then on the screen")
    .addHelpText("after", `\nExamples\n  ${context.self} edit 3\n  ${context.self} edit 3 --text "Tuesday is fine."`)
    .action((number: string, flags: EditFlags) => edit(context, number, flags));
}

async function edit(context: CommandContext, number: string, flags: EditFlags): Promise<void> {
  await withDoor(context, async (opened) => {
    const view = await findCard(opened.door, number);
    if (view.editable === null) {
      throw new StewardError("usage", `There is nothing to edit in card ${view.card.number} now.`, {
        cure: "Reject it and ask anew, or redraft one that is closed.",
      });
    }
    const isChanged = await change(context, opened, view, view.editable, flags);
    if (!isChanged && flags.approve !== true) {
      context.terminal.out("Nothing was changed.\n");
      return;
    }
    const bundle = await findBundle(opened.door, number);
    printBundle(context, opened, bundle);
    if (flags.approve === true) await approveBundle(context, opened, bundle, { yes: false, now: false, sha: [] });
    else context.terminal.out(`\nChanged, and approved by nobody yet: ${context.self} approve ${view.card.number}\n`);
  });
}

async function change(
  context: CommandContext,
  { door }: HomeWithDoor,
  { card, sha256 }: CardView,
  before: EditableText,
  { text, subject }: EditFlags,
): Promise<boolean> {
  const seen = { cardId: card.id, revision: card.revision, sha256 };
  const save = async (wanted: EditableText): Promise<boolean> => {
    if (isSameJson(wanted, before)) return false;
    orThrow(await door.edit(seen, wanted, byTerminal("terminal")));
    return true;
  };
  if (text !== undefined || subject !== undefined) {
    refuseForeign(before, { text, subject });
    return await save({
      ...before,
      ...(text === undefined ? {} : { text }),
      ...(subject === undefined ? {} : { subject }),
    });
  }
  const otherwise = `${context.self} edit ${card.number} --text "..."`;
  const given = { name: `card-${card.number}.txt`, initial: writeLetter(before), otherwise };
  return await writeWords(context, given, (letter) => save(readLetter(letter, before)));
}

/** A part that the card does not have is not put in. */
function refuseForeign(before: EditableText, wanted: Record<"text" | "subject", string | undefined>): void {
  for (const part of ["text", "subject"] as const) {
    if (wanted[part] === undefined || before[part] !== undefined) continue;
    throw new StewardError("usage", `The card has no ${part}.`, { cure: "Edit it without flags to see what it has." });
  }
}
