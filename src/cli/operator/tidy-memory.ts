import { join } from "node:path";
import { consolidateIfDue } from "../../agent/memory/consolidate.ts";
import { StewardError } from "../../core/errors.ts";
import { createZoneClock } from "../../triage/zone-clock.ts";
import type { CommandContext } from "../command-context.ts";
import type { OpenHome } from "../open-home.ts";
import { openModelHere } from "../open-model.ts";
import { keepTrace } from "./keep-trace.ts";

const fromHour = 1;
const toHour = 6;

/**
 * At night, where it is due, has a model tidy the memory into a candidate that waits for the owner. Contract: asks nothing by day,
 * without a model or when nothing changed; a model that fails is told by the next night's try, never thrown.
 */
export async function tidyMemory(
  context: CommandContext,
  home: OpenHome,
  { say, signal }: { say(line: string): void; signal: AbortSignal },
): Promise<void> {
  const { hour } = createZoneClock(home.config.zone).local(context.clock.now());
  if (hour < fromHour || hour >= toHour) return;
  const runId = context.newId();
  const place = {
    ...{ store: home.store, clock: context.clock, homePath: home.paths.home },
    shippedSkillsPath: join(context.checkout, "skills"),
  };
  const trace = { runId, kind: "consolidate" as const, text: "Tidy the memory" };
  try {
    const model = await openModelHere(context, home);
    if (model === null) return;
    const state = await consolidateIfDue(place, { model, newId: context.newId, runId, signal });
    if (state === "waiting") say(`Your memory could be tidier: ${context.self} memory`);
    await keepTrace(context, home, { ...trace, outcome: outcomes[state] ?? "", error: null });
  } catch (error) {
    if (!(error instanceof StewardError) || error.code === "internal") throw error;
    await keepTrace(context, home, { ...trace, outcome: "", error: error.message });
  }
}

const outcomes: Record<string, string> = {
  waiting: "A tidier version waits for your yes.",
  same: "There was nothing to tidy.",
  failed: "What came back could not be used.",
};
