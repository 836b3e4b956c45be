import { plural } from "../core/plural.ts";
import { forScreen } from "../core/untrusted.ts";
import { bringUpToDate, newsIn } from "./bring-up-to-date.ts";
import type { CommandContext } from "./command-context.ts";
import type { OpenHome } from "./open-home.ts";
import type { SourceOutcome } from "./read-sources.ts";
import { makePaint } from "./render/paint.ts";
import { wrap } from "./render/width.ts";

/**
 * What follows every reading: learn who the owner is from what they sent, bring people in line, and say in a few lines what
 * was learned and what to do next.
 */
export async function afterReading(
  context: CommandContext,
  opened: OpenHome,
  outcomes: readonly SourceOutcome[],
  options: { quiet: boolean; hint?: boolean },
): Promise<string[]> {
  const added = outcomes.some(({ report }) => report !== null && newsIn(report) > 0);
  const { lines: learned, problems } = await bringUpToDate(context, opened, { added });
  if (options.quiet) return [];
  const paint = makePaint(context.terminal.colour);
  const width = Math.min(context.terminal.columns, 78);
  const lines = learned.flatMap((line) => wrap(line, width));
  if (problems.length > 0) {
    const [first] = problems;
    lines.push(
      ...wrap(
        `contacts.csv: ${plural(problems.length, "row")} could not be used; row ${first?.rowNumber ?? 1}: ${forScreen(first?.reason ?? "")}`,
        width,
      ),
    );
  }
  if (opened.owner.identities.length === 0) {
    lines.push(
      ...wrap(`Who you are is not clear from this. Answers get better once you say it: ${context.self} init`, width),
    );
  }
  if (options.hint !== false && outcomes.some(({ report }) => report !== null)) {
    lines.push(paint.dim(`Next: ${context.self} digest`));
  }
  return lines;
}
