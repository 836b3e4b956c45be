import { plural } from "../core/plural.ts";
import { saveBriefing } from "../store/briefings.ts";
import { type PassReport, runPass } from "../triage/judge-with-model/run-pass.ts";
import { makeBriefing } from "../triage/make-briefing.ts";
import { noticeUrgent } from "../triage/notice-urgent.ts";
import type { CommandContext } from "./command-context.ts";
import type { OpenHome } from "./open-home.ts";
import { openModelHere } from "./open-model.ts";
import { keepTrace } from "./operator/keep-trace.ts";
import { prepareTriage } from "./refresh-judgement.ts";

/**
 * Has a model look at what rules left open, and brings what is shown in line with it. Null without a model. Contract: what a model,
 * its server or the budget does is in the report, never thrown; with nothing new it asks nothing.
 */
export async function judgeWithModel(
  context: CommandContext,
  home: OpenHome,
  options: { signal: AbortSignal; limitMs?: number },
): Promise<PassReport | null> {
  const model = await openModelHere(context, home);
  if (model === null) return null;
  const reading = await prepareTriage(context, home);
  const runId = context.newId();
  const report = await runPass(home.store, reading, { ...options, model, runId });
  const outcome = `Looked at ${plural(report.asked, "thread")} again, found ${plural(report.promises, "promise")}.`;
  await keepTrace(context, home, { runId, kind: "judge", text: "Judge what is new", outcome, error: report.problem });
  if (report.asked + report.promises > 0 || report.problem !== null) {
    await noticeUrgent(home.store, reading.nowMs);
    const briefing = await makeBriefing(home.store, reading);
    await home.store.write((tx) => saveBriefing(tx, briefing));
  }
  return report;
}
