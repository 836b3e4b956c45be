import { makeKnowledge } from "../../agent/memory/make-knowledge.ts";
import { promptFiles } from "../../agent/memory/prompt-files.ts";
import type { RunDeps } from "../../agent/runs/run-deps.ts";
import { allTools } from "../../agent/tools/all-tools.ts";
import type { Model } from "../../core/model.ts";
import { requestLimits } from "../../core/run.ts";
import { openEventLog } from "../../daemon/event-log.ts";
import { takeGivenFiles } from "../../intake/take-given-files.ts";
import { takeSearchResults } from "../../intake/take-search-results.ts";
import { getKeptFile } from "../../store/kept-files.ts";
import { isLeaseOwnerGone, makeLeaseOwner } from "../../store/lease-owner.ts";
import type { Store } from "../../store/open-store.ts";
import type { CommandContext } from "../command-context.ts";
import type { OpenHome } from "../open-home.ts";
import { openModelHere } from "../open-model.ts";
import { sendTelemetry } from "./send-telemetry.ts";
import { makeToolParts } from "./tool-parts.ts";

/** What requests are worked on with, in this process. */
export interface RequestDeps {
  store: Store;
  clock: RunDeps["clock"];
  lease: RunDeps["lease"];
  limits: RunDeps["limits"];
  /** Everything one run works with; null where no model is configured. Settings and key are read anew. */
  ofRun(runId: string): Promise<RunDeps | null>;
  /** A run ended: its numbers go where the owner wants them. Never throws. */
  ended(runId: string): Promise<void>;
}

/** How the owner gets a model, where there is none. */
export function noModelWords(self: string): string {
  return `No model is set up, so nothing can be worked on in words. With a key: ${self} model key. With a server of your own: ${self} model use http://localhost:11434`;
}

/** The parts a run is made of in this home. `door` says how proposals are waited for; `model` stands in for the home's own. */
export function makeRequestDeps(
  context: CommandContext,
  home: OpenHome,
  { model: other, ...given }: Pick<RunDeps, "door" | "signal" | "onEvent" | "onText"> & { model?: Model },
): RequestDeps {
  const { store } = home;
  const { clock, checkout } = context;
  const log = openEventLog(home.paths.log, clock);
  const lease = { owner: makeLeaseOwner(context.newId), isGone: isLeaseOwnerGone };
  const ofRun = async (runId: string): Promise<RunDeps | null> => {
    const model = other ?? (await openModelHere(context, home));
    if (model === null) return null;
    // What the owner let be looked up since is there to be read.
    await takeSearchResults(store, clock.now());
    const { owner } = home;
    const parts = await makeToolParts({ store, owner, clock, home: context.home }, checkout);
    const places = { store, clock, homePath: parts.homePath, shippedSkillsPath: parts.shippedSkillsPath };
    return {
      ...given,
      model,
      tools: allTools,
      store,
      clock,
      owner,
      surroundings: { ...parts, knowledge: makeKnowledge(places, runId) },
      promptFiles: () => promptFiles(store, places),
      givenItems: (files) => givenItems(store, files, clock.now()),
      lease,
      limits: requestLimits,
      log: (line) => log.write(line),
    };
  };
  const ended = (runId: string): Promise<void> => {
    const { telemetry } = home.config;
    return sendTelemetry({ store, fetch: context.fetch, telemetry, log: (line) => log.write(line) }, runId);
  };
  return { store, clock, lease, limits: requestLimits, ofRun, ended };
}

async function givenItems(store: Store, hashes: readonly string[], nowMs: number): Promise<number[]> {
  const files = await Promise.all(hashes.map((sha256) => getKeptFile(store, sha256)));
  return await takeGivenFiles(
    store,
    files.filter((file) => file !== null),
    nowMs,
  );
}
