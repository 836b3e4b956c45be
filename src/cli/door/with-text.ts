import { StewardError } from "../../core/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { writeWords } from "./write-words.ts";

/**
 * The owner's text for something: from `--text`, else from their editor, where no word is lost when `use` fails. Errors: `usage` for
 * an empty one, and where nobody can be asked.
 */
export async function withText<T>(
  context: CommandContext,
  given: { text: string | undefined; name: string; initial: string; command: string },
  use: (text: string) => Promise<T>,
): Promise<T> {
  const { text, name, initial, command } = given;
  const used = (written: string): Promise<T> => {
    const plain = written.replace(/\r\n?/g, "\n").trimEnd();
    if (plain === "") throw new StewardError("usage", "The text is empty, so nothing was proposed.");
    return use(plain);
  };
  if (text !== undefined) return await used(text);
  const otherwise = `${command} --text "..."`;
  if (!context.terminal.interactive) {
    throw new StewardError("usage", "Nobody can be asked here.", { cure: `Give the text: ${otherwise}` });
  }
  return await writeWords(context, { name, initial, otherwise }, async (written) => await used(written));
}
