import type { Command } from "commander";
import type { PreviewLine } from "../../core/action.ts";
import { StewardError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import type { CommandContext } from "../command-context.ts";
import { byTerminal, orThrow } from "../door/by-terminal.ts";
import { findCard } from "../door/find-card.ts";
import { withDoor } from "../door/with-door.ts";
import { showLine } from "../render/visible-text.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<number>", "a card over many things")
    .argument("<line...>", "what is left out, by the numbers beside the lines: 2, 5-9")
    .description("Leave some lines out of a bulk card. It approves nothing; the lines that stay are numbered anew.")
    .addHelpText("after", `\nExamples\n  ${context.self} exclude 3 2\n  ${context.self} exclude 3 1 4-6`)
    .action((number: string, lines: string[]) => exclude(context, number, lines));
}

async function exclude(context: CommandContext, number: string, given: readonly string[]): Promise<void> {
  await withDoor(context, async ({ door }) => {
    const view = await findCard(door, number);
    if (!view.excludable) {
      throw new StewardError("usage", `Card ${view.card.number} has no lines that can be left out.`, {
        cure: `See it: ${context.self} cards ${view.card.number}`,
      });
    }
    const out = pickLines(view.preview.lines, given);
    if (out.length === view.preview.lines.length) {
      throw new StewardError("usage", "That is all of it.", {
        cure: `Run: ${context.self} reject ${view.card.number}`,
      });
    }
    const seen = { cardId: view.card.id, revision: view.card.revision, sha256: view.sha256 };
    const ids = out.map(({ id }) => id);
    orThrow(await door.exclude(seen, ids, byTerminal("terminal")));
    const after = await findCard(door, number);
    const left = plural(after.preview.lines.length, "line");
    const names = out.map(({ label }) => `  ${showLine(label)}\n`).join("");
    context.terminal.out(`Left out:\n${names}${left} left. See: ${context.self} cards ${number}\n`);
  });
}

/** The lines meant by `2`, `5-9`, or by an id. Errors: `usage` for a number that stands at no line. */
function pickLines(lines: readonly PreviewLine[], given: readonly string[]): PreviewLine[] {
  const picked = new Set<PreviewLine>();
  for (const text of given) {
    const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
    const stretch = from === undefined ? [] : lines.slice(Math.max(0, Number(from) - 1), Number(to));
    const isThere = Number(from) >= 1 && Number(to) <= lines.length && stretch.length > 0;
    const named = isThere ? stretch : lines.filter(({ id }) => id === text);
    if (named.length === 0) {
      throw new StewardError("usage", `There is no line ${text}.`, { cure: `Its lines are 1 to ${lines.length}.` });
    }
    for (const line of named) picked.add(line);
  }
  return [...picked];
}
