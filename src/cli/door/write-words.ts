import { join } from "node:path";
import { StewardError } from "../../core/errors.ts";
import { writePrivateFile } from "../../daemon/home.ts";
import type { CommandContext } from "../command-context.ts";
import { editText } from "../edit-text.ts";

/**
 * Lets the owner write in their editor, then does something with it; where that fails, asks whether they want to mend it, and else
 * keeps what they wrote in a file of the home and says where. Contract: no word of theirs is lost. Errors: those of `use`, with the
 * file's place as the cure.
 */
export async function writeWords<T>(
  context: CommandContext,
  given: { name: string; initial: string; otherwise: string },
  use: (text: string) => Promise<T>,
): Promise<T> {
  const { name, otherwise } = given;
  let text = given.initial;
  for (;;) {
    text = await editText(context, context.home, { name, text, otherwise });
    try {
      return await use(text);
    } catch (error) {
      if (!(error instanceof StewardError) || error.code === "interrupted") throw error;
      if (error.code === "usage" && context.terminal.interactive) {
        context.terminal.out(`${error.message}\n`);
        if (await (await context.loadAsk()).yes("Open it again?", true)) continue;
      }
      const path = join(context.home, `unused-${name}`);
      await writePrivateFile(path, text);
      throw new StewardError(error.code, error.message, {
        cure: `What you wrote is kept in ${path}.${error.cure === null ? "" : ` ${error.cure}`}`,
        cause: error,
      });
    }
  }
}
