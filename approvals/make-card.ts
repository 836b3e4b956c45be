import type { Action, DoorConnector, Look, Preview, Tier } from "../src/core/action.ts";
import { higherTier } from "../src/core/action.ts";
import { canonicalHash } from "../src/core/canonical.ts";
import type { CardContent, GateVerdict, Origin } from "../src/core/card.ts";
import { toInstant } from "../src/core/clock.ts";
import type { Policy } from "../src/core/policy.ts";
import { countCardsSince, findCardByTarget } from "../src/store/cards.ts";
import { newestItemOf } from "../src/store/look-items.ts";
import { countedAddress } from "./counted-address.ts";
import type { DoorSetup } from "./door-setup.ts";
import { expiryOf } from "./expiry.ts";
import type { Facts } from "./gate/facts.ts";
import { gate } from "./gate/gate.ts";
import { type CardHistory, gatherFacts } from "./gate/gather-facts.ts";
import { linesToKeepOut } from "./gate/lines-to-keep-out.ts";

/** One revision before it is stored: the bytes, what is shown of them, and what the gate says. */
export interface Drafted {
  content: CardContent;
  preview: Preview;
  facts: Facts;
  verdict: GateVerdict;
  /** What a rejected card is recognised by. */
  target: string;
  /** The newest item of its thread, from before anything was looked at. */
  threadMark: number | null;
}

/**
 * Draws up one revision from a parsed input: preview, tier, facts, verdict. Contract: no side effects; everything in it is
 * computed from the input and the store, nothing from who proposed it but its origin.
 */
export async function draftRevision(
  setup: DoorSetup,
  given: { connector: DoorConnector; action: Action; input: unknown; account: string; origin: Origin; look: Look },
): Promise<Drafted> {
  const { action, account, origin, look } = given;
  const input = action.input.parse(given.input);
  const before = await action.preview(input, look);
  const { threadId } = before.about;
  const threadMark = threadId === null ? null : await newestItemOf(setup.store, threadId);
  // Once more, so that what is shown is not older than the mark.
  const preview = threadId === null ? before : await action.preview(input, look);
  const raised: Tier = higherTier(action.tier, action.raise(input, { preview }));
  const policy = await setup.policy();
  const expiresAt = toInstant(setup.clock.now() + expiryOf(raised, policy));
  const content: CardContent = { action: action.name, account, tier: raised, input, expiresAt };
  const target = targetOf(content, preview);
  const { store } = setup;
  const nowMs = setup.clock.now();
  const history = await historyOf(setup, target, preview, origin);
  const facts = await gatherFacts({ store, owner: setup.owner(), nowMs, content, preview, origin, look, history });
  const kept = linesToKeepOut({ preview, facts, origin }).map(({ lineId }) => lineId);
  if (kept.length > 0 && kept.length < preview.lines.length && action.exclude !== undefined) {
    // What is not to be buried stays out by itself; the rest is asked.
    return await draftRevision(setup, { ...given, input: action.exclude(input, kept) });
  }
  const verdict = judge(action, content, preview, facts, origin, policy);
  return { content, preview, facts, verdict, target, threadMark };
}

function judge(
  action: Action,
  content: CardContent,
  preview: Preview,
  facts: Facts,
  origin: Origin,
  policy: Policy,
): GateVerdict {
  const { name, tier } = action;
  return gate({ action: { name, tier }, raisedTier: content.tier, content, preview, facts, origin, policy });
}

/** Cards that would do the same to the same share it, whatever their words, capitals, tags, and who is To and who Cc. */
function targetOf(content: CardContent, preview: Preview): string {
  const { about, recipients, diffs, lines } = preview;
  const reached = [...new Set(recipients.map(({ address }) => countedAddress(address)))].sort();
  const touched = diffs.map(({ name }) => name).sort();
  const bare = reached.length === 0 && touched.length === 0 && about.threadId === null && about.itemIds.length === 0;
  return canonicalHash({
    action: content.action,
    account: content.account,
    reached,
    touched,
    lines: lines.map(({ id }) => id).sort(),
    thread: about.threadId,
    items: about.threadId === null ? [...about.itemIds].sort((a, b) => a - b) : [],
    title: bare ? preview.title : null,
  });
}

/** What the queue knows of it. The owner may ask for as much as they like. */
async function historyOf(setup: DoorSetup, target: string, preview: Preview, origin: Origin): Promise<CardHistory> {
  const rejected = await findCardByTarget(setup.store, target, "rejected");
  const { threadId } = preview.about;
  const dayAgo = toInstant(setup.clock.now() - 86_400_000);
  const before = origin.by === "owner" || threadId === null ? 0 : await countCardsSince(setup.store, threadId, dayAgo);
  return { rejectedAt: rejected?.changedAt ?? null, fromSameOrigin: before + 1 };
}
