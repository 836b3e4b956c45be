import { setTimeout } from "node:timers/promises";
import { sha256Hex } from "../../core/canonical.ts";
import type { Origin } from "../../core/card.ts";
import { stopIfAborted } from "../../core/errors.ts";
import { cardsOfProposals, type RunCard } from "../../store/cards-of-run.ts";
import { insertProposal } from "../../store/proposals.ts";
import type { ProposedOutcome, ProposedStep } from "../tool.ts";
import type { Journal } from "./journal.ts";
import type { RunDeps } from "./run-deps.ts";

/** Who asked for what is proposed; what was read is the run's to say. */
export type Asker = Pick<Origin, "surface" | "utterance" | "wordsId" | "notes">;

const lookAgainMs = 50;
/** More cards nobody reads: a model that was talked into a flood drowns what matters. */
const mostSteps = 60;

/**
 * Writes one bundle for the door and says what became of it. Contract: the same `key` of the same run is the same bundle with the same
 * proposals, however often the run is taken up again.
 */
export async function proposeBundle(
  deps: Pick<RunDeps, "store" | "door">,
  journal: Journal,
  given: { steps: readonly ProposedStep[]; key: string; asker: Asker; signal: AbortSignal },
): Promise<ProposedOutcome> {
  const { steps, key } = given;
  if (steps.length === 0) return { kind: "refused", text: "There is no step." };
  const misplaced = steps.findIndex(({ after }, at) => after !== null && steps.slice(0, at)[after] === undefined);
  if (misplaced >= 0) return { kind: "refused", text: `Step ${misplaced + 1} waits for a step that is not before it.` };
  const others = journal.view.proposed.filter((one) => one.key !== key).flatMap(({ actions }) => actions);
  if (others.length + steps.length > mostSteps)
    return { kind: "refused", text: `One request proposes ${mostSteps} steps at most: end here and say what is left.` };
  const bundleId = stableId(journal.runId, key);
  const proposalIds = steps.map((_step, position) => stableId(journal.runId, key, position));
  if (!journal.view.proposed.some((one) => one.key === key)) {
    const origin = originOf(journal, bundleId, given.asker);
    const actions = steps.map(({ action }) => action);
    await journal.append({ kind: "proposed", body: { key, bundleId, proposalIds, actions } }, async (tx) => {
      for (const [position, { action, account, ask, after }] of steps.entries()) {
        const afterId = after === null ? null : (proposalIds[after] ?? null);
        const id = stableId(journal.runId, key, position);
        await insertProposal(tx, { id, bundleId, position, afterId, action, account, ask, origin });
      }
    });
  }
  return await waitForDoor(deps, proposalIds, given.signal);
}

function originOf({ runId, view }: Journal, requestId: string, asker: Asker): Origin {
  return {
    by: "model",
    requestId,
    ...asker,
    rule: null,
    itemsRead: [...view.items].sort((a, b) => a - b),
    openedThreads: [...view.threads].sort((a, b) => a - b),
    callId: view.callId,
    runId,
  };
}

async function waitForDoor(
  { store, door }: Pick<RunDeps, "store" | "door">,
  proposalIds: readonly string[],
  signal: AbortSignal,
): Promise<ProposedOutcome> {
  await door.takeIn?.();
  const untilMs = performance.now() + door.waitMs;
  for (;;) {
    const cards = await cardsOfProposals(store, proposalIds);
    if (cards.every(({ state }) => state !== "waiting")) return outcomeOf(cards);
    if (performance.now() >= untilMs) return { kind: "waiting" };
    stopIfAborted(signal);
    await setTimeout(lookAgainMs, undefined, { signal });
  }
}

function outcomeOf(cards: readonly RunCard[]): ProposedOutcome {
  const refused = cards.flatMap(({ action, refusal, state }, index) =>
    state === "refused" ? [`Step ${index + 1} (${action}) became no card: ${refusal ?? "it was refused."}`] : [],
  );
  const made = cards.flatMap(({ number, title, friction, state }) =>
    number === null ? [] : [{ number, title, friction, state }],
  );
  if (refused.length === 0) return { kind: "cards", cards: made };
  const rest = made.length === 0 ? "" : ` Cards made all the same: ${made.map(({ number }) => number).join(", ")}.`;
  return { kind: "refused", text: `${refused.join(" ")}${rest}` };
}

/** An id that is the same whenever it is made of the same. Formed as a UUID of version 8. Source: RFC 9562 §5.8. */
export function stableId(...parts: readonly (string | number)[]): string {
  const hex = sha256Hex(JSON.stringify(parts));
  const variant = "89ab".charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
