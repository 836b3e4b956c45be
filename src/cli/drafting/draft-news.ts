import { draftReplies } from "../../agent/drafting/draft-replies.ts";
import { toInstant } from "../../core/clock.ts";
import { StewardError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { forScreen } from "../../core/untrusted.ts";
import { listThreads } from "../../store/thread-views.ts";
import { currentVerdicts } from "../../triage/current-verdicts.ts";
import type { CommandContext } from "../command-context.ts";
import type { OpenHome } from "../open-home.ts";
import { openModelHere } from "../open-model.ts";
import { prepareTriage } from "../refresh-judgement.ts";
import { draftDeps } from "./draft-deps.ts";

const lookBackMs = 14 * 86_400_000;

/**
 * Drafts answers to what is new among the threads that wait for one. Contract: without a model, and with nothing new, it asks nothing; a
 * budget that is used up or a server that does not answer is told, never thrown: deterministic work goes on.
 */
export async function draftNews(
  context: CommandContext,
  home: OpenHome,
  { say, tellFault, signal }: { say(line: string): void; tellFault(line: string): void; signal: AbortSignal },
): Promise<void> {
  if (home.config.drafts.perRun === 0 || signal.aborted) return;
  try {
    const model = await openModelHere(context, home);
    if (model === null) return;
    const { setting, nowMs } = await prepareTriage(context, home);
    const infos = await listThreads(home.store, toInstant(nowMs - lookBackMs), toInstant(nowMs));
    const { threads } = await currentVerdicts(home.store, setting, infos, nowMs);
    const drafted = await draftReplies(await draftDeps(context, home, { model, signal }), threads);
    const proposed = drafted.filter(({ outcome }) => outcome === "proposed").length;
    if (proposed > 0) say(`Drafted ${plural(proposed, "answer")}: ${context.self} cards`);
  } catch (error) {
    if (!(error instanceof StewardError) || error.code === "internal") throw error;
    if (error.code !== "interrupted") tellFault(`Drafting: ${forScreen(error.message)} ${error.cure ?? ""}`.trim());
  }
}
