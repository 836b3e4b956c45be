import { forScreen } from "../core/untrusted.ts";
import { learnIfDue } from "../triage/learn-from-history.ts";
import type { CommandContext } from "./command-context.ts";
import { learnOwner } from "./learn-owner.ts";
import type { OpenHome } from "./open-home.ts";
import type { SourceOutcome } from "./read-sources.ts";
import { refreshJudgement } from "./refresh-judgement.ts";
import { makePaint } from "./render/paint.ts";
import { plural } from "./render/plural.ts";
import { wrap } from "./render/width.ts";
import { syncPeople } from "./sync-people.ts";
import { loadTriageSetting } from "./triage-setting.ts";

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
  const added = outcomes.reduce((sum, { report }) => sum + (report === null ? 0 : report.added + report.changed), 0);
  const learned = await learnOwner(opened);
  const problems = await syncPeople(learned.home, { added: added > 0 || learned.lines.length > 0 });
  Object.assign(opened, learned.home);
  if (added > 0) {
    const setting = await loadTriageSetting(context.checkout, opened.owner);
    await learnIfDue(opened.store, setting, context.clock.now());
    // What was read is judged at once, so that a digest only has to look.
    await refreshJudgement(context, opened);
  }
  if (options.quiet) return [];
  const paint = makePaint(context.terminal.colour);
  const width = Math.min(context.terminal.columns, 78);
  const lines = learned.lines.flatMap((line) => wrap(line, width));
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
