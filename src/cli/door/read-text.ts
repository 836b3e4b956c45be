import { StewardError } from "../../core/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { editText } from "../edit-text.ts";

/** The owner's text: from `--text`, else from their editor. Errors: `usage` for an empty one. */
export async function readText(
  context: CommandContext,
  given: { text: string | undefined; name: string; initial: string; command: string },
): Promise<string> {
  if (given.text === undefined && !context.terminal.interactive) {
    throw new StewardError("usage", "Nobody can be asked here.", {
      cure: `Give the text: ${given.command} --text "..."`,
    });
  }
  const text =
    given.text ??
    (await editText(context, context.home, {
      name: given.name,
      text: given.initial,
      otherwise: `${given.command} --text "..."`,
    }));
  const plain = text.replace(/\r\n?/g, "\n").replace(/\s+$/, "");
  if (plain === "") throw new StewardError("usage", "The text is empty, so nothing was proposed.");
  return plain;
}
