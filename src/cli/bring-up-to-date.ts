import type { ImportReport } from "../intake/intake.ts";
import type { ContactProblem } from "../intake/people/read-contact-rows.ts";
import { learnIfDue } from "../triage/learn-from-history.ts";
import type { CommandContext } from "./command-context.ts";
import { learnOwner } from "./learn-owner.ts";
import type { OpenHome } from "./open-home.ts";
import { refreshJudgement } from "./refresh-judgement.ts";
import { syncPeople } from "./sync-people.ts";
import { loadTriageSetting } from "./triage-setting.ts";

/** How many items a reading changed in any way. */
export function newsIn(report: ImportReport): number {
  return report.added + report.changed + report.relabelled + report.gone;
}

/**
 * What follows every reading: learns who the owner is from what they sent, brings people in line with the owner's files, and
 * judges what is new, so that a digest only has to look. `opened` gets the new settings. Returns what was learned in words,
 * and the rows of contacts.csv that could not be used.
 */
export async function bringUpToDate(
  context: CommandContext,
  opened: OpenHome,
  options: { added: boolean },
): Promise<{ lines: string[]; problems: ContactProblem[] }> {
  const learned = await learnOwner(opened);
  const problems = await syncPeople(learned.home, { added: options.added || learned.lines.length > 0 });
  Object.assign(opened, learned.home);
  if (options.added) {
    const setting = await loadTriageSetting(context.checkout, opened.owner);
    await learnIfDue(opened.store, setting, context.clock.now());
    await refreshJudgement(context, opened);
  }
  return { lines: learned.lines, problems };
}
