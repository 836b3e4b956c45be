import type { Preview, Tier } from "../../src/core/action.ts";
import { toInstant } from "../../src/core/clock.ts";
import type { Policy } from "../../src/core/policy.ts";
import { countEffectsSince, countEffectsTo, grantedSince } from "../../src/store/effects.ts";
import { listIdentitiesOfPerson } from "../../src/store/look-items.ts";
import type { Store } from "../../src/store/open-store.ts";
import { countedAddress } from "../counted-address.ts";

const hourMs = 3_600_000;

/** Why an effect has to wait: a cap that the owner can lift for today, or an hour that is not to be disturbed. */
export type Held =
  | { kind: "cap"; cap: string; spent: number; text: string }
  | { kind: "quiet"; untilMs: number; text: string };

/**
 * Whether the owner's limits let an effect begin now; null when they do. Counted by what began, per day in the owner's zone
 * and per person and hour; a clock that was set back counts what it left ahead of it.
 */
export async function heldBy(
  store: Store,
  given: { tier: Tier; preview: Preview; policy: Policy; nowMs: number; zone: string },
): Promise<Held | null> {
  const { tier, policy, preview, nowMs, zone } = given;
  const dayAt = toInstant(startOfDay(nowMs, zone));
  const cap = capOf(tier, policy);
  if (cap !== null) {
    const spent = (await countEffectsSince(store, dayAt)).get(tier) ?? 0;
    const allowed = cap + (await grantedSince(store, tier, dayAt, toInstant(nowMs)));
    if (spent >= allowed) return { kind: "cap", cap: tier, spent, text: `${spent} done today. Allow 10 more?` };
  }
  const hourAt = toInstant(nowMs - hourMs);
  for (const { address } of preview.recipients) {
    const theirs = await addressesOf(store, address);
    const spent = await countEffectsTo(store, theirs, hourAt);
    let allowed = policy.caps.per_person_an_hour;
    for (const one of theirs) allowed += await grantedSince(store, `to ${one}`, hourAt, toInstant(nowMs));
    if (spent >= allowed) {
      const cap = `to ${countedAddress(address)}`;
      return { kind: "cap", cap, spent, text: `${spent} to ${address} within an hour. Allow more?` };
    }
  }
  const reachesOthers = tier === "send" || (tier === "critical" && preview.recipients.length > 0);
  return reachesOthers ? quietNow(policy, nowMs, zone) : null;
}

/** A person is one however they are written to. */
async function addressesOf(store: Store, address: string): Promise<string[]> {
  const counted = countedAddress(address);
  const others = await listIdentitiesOfPerson(store, [address.toLowerCase(), counted]);
  return [...new Set([counted, ...others.map(countedAddress)])];
}

function capOf(tier: Tier, policy: Policy): number | null {
  switch (tier) {
    case "send":
      return policy.caps.send;
    case "critical":
      return policy.caps.critical;
    case "change":
      return policy.caps.change;
    case "read":
    case "draft":
      return null;
  }
}

function startOfDay(nowMs: number, zone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone).startOfDay().epochMilliseconds;
}

/** Quiet hours may span midnight. Only what reaches others waits for their end. */
function quietNow(policy: Policy, nowMs: number, zone: string): Held | null {
  const quiet = policy.quiet_hours;
  if (quiet === null) return null;
  const now = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone);
  const time = now.toPlainTime().toString({ smallestUnit: "minute" });
  const inside = quiet.from <= quiet.to ? time >= quiet.from && time < quiet.to : time >= quiet.from || time < quiet.to;
  if (!inside) return null;
  const day = time < quiet.to ? now.toPlainDate() : now.toPlainDate().add({ days: 1 });
  const until = day.toZonedDateTime({ timeZone: zone, plainTime: quiet.to });
  return {
    kind: "quiet",
    untilMs: until.epochMilliseconds,
    text: `Waits for the end of your quiet hours, ${quiet.to}.`,
  };
}
