import { higherTier, type Preview } from "../../src/core/action.ts";
import type { GateVerdict } from "../../src/core/card.ts";
import { toInstant } from "../../src/core/clock.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { DoorSetup } from "../door-setup.ts";
import type { Facts } from "../gate/facts.ts";
import { gate } from "../gate/gate.ts";
import { makeLook } from "../look.ts";
import type { Job } from "./job.ts";
import { heldBy } from "./limits.ts";

/** What the moment of sending says of an approved card. */
export type Now =
  | { kind: "go" }
  | { kind: "end"; state: "expired" | "superseded"; reason: string }
  /** `untilMs` null: until the owner lifts the cap `cap`, or the hour is over. */
  | { kind: "hold"; why: string; untilMs: number | null; cap: string | null }
  /** The policy's own yes no longer stands: the owner is asked. */
  | { kind: "ask"; verdict: GateVerdict };

const noFacts: Facts = { recipients: [], warnings: [], values: [], unanswered: [] };

/** Expiry, the owner's policy as it is now, caps, quiet hours, and whether the world is still the one the owner looked at. */
export async function checkNow(setup: DoorSetup, job: Job, signal: AbortSignal): Promise<Now> {
  const { content, preview } = job;
  const nowMs = setup.clock.now();
  if (content.expiresAt <= toInstant(nowMs)) {
    return { kind: "end", state: "expired", reason: "It was approved, and expired before it could go out." };
  }
  const policy = await setup.policy();
  const ruled = ruleNow(job, policy);
  if (ruled !== null) return ruled;
  const zone = setup.owner().zone;
  const held = await heldBy(setup.store, { tier: content.tier, preview, policy, nowMs, zone });
  if (held?.kind === "quiet") return { kind: "hold", why: held.text, untilMs: held.untilMs, cap: null };
  if (held !== null) return { kind: "hold", why: held.text, untilMs: null, cap: held.cap };
  const look = await makeLook(setup, job.connector, job.acting, { signal, online: true });
  const changed = whatChanged(job, await job.action.preview(job.input, look));
  if (changed === null) return { kind: "go" };
  return { kind: "end", state: "superseded", reason: `${changed} changed after you saw it. Nothing was sent.` };
}

/** A yes of the owner outlives what the policy said when it was given, but for what they have forbidden since. */
function ruleNow({ action, content, preview, revision, card, decision }: Job, policy: Policy): Now | null {
  const facts: Facts = { ...noFacts, ...Object(revision.facts) };
  const { name, tier } = action;
  const { origin } = card;
  const verdict = gate({ action: { name, tier }, raisedTier: content.tier, content, preview, facts, origin, policy });
  if (verdict.friction === "never") {
    return { kind: "end", state: "superseded", reason: verdict.refusal ?? "Steward never does this." };
  }
  const isByRule = decision.kind === "policy" && verdict.friction !== "nothing";
  const isByWords = decision.kind === "dictated" && policy.dictated !== "send";
  return isByRule || isByWords ? { kind: "ask", verdict } : null;
}

/** What of the world, or of what would go out, is not what the owner saw; null when nothing. */
function whatChanged({ action, input, content, preview: was }: Job, now: Preview): string | null {
  const gone = was.basis.find((one) => !now.basis.some((is) => is.what === one.what && is.version === one.version));
  if (gone !== undefined) return `${gone.what.charAt(0).toUpperCase()}${gone.what.slice(1)}`;
  if (reach(was) !== reach(now)) return "Who it reaches";
  if (was.text !== now.text) return "What it says";
  const tier = higherTier(action.tier, action.raise(input, { preview: now }));
  return higherTier(tier, content.tier) === content.tier ? null : "What it takes to approve this";
}

function reach({ recipients }: Preview): string {
  const each = recipients.map(({ role, address }) => `${role} ${address}`).sort();
  return each.join("\n");
}
