import type { CommandContext } from "../command-context.ts";

/**
 * Whether the owner says yes to what was just shown: `--yes`, or asked where a person sits. Where nobody does the answer is no, and
 * `cure` says how to say it.
 */
export async function ownerYes(
  context: CommandContext,
  { yes, question, cure }: { yes: boolean; question: string; cure: string },
): Promise<boolean> {
  if (yes) return true;
  if (context.terminal.interactive) return (await context.loadAsk()).yes(question, false);
  context.terminal.out(`Nothing was changed. To say yes: ${cure}\n`);
  return false;
}
