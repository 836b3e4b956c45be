import type { DecidedBy } from "../../src/core/card.ts";
import type { BundleView } from "../door.ts";
import { isLongRead } from "./is-long-read.ts";
import type { DecideForm } from "./page-actions.ts";
import type { ShownOn } from "./shown-tickets.ts";

/** A yes is good, or the owner has to look at the second page first, and why. */
export type Proof = { kind: "proof"; proof: DecidedBy["proof"] } | { kind: "again"; why: string };

const holdMs = 1000;

/**
 * What a yes from the page is worth. `shown` is the opened ticket, `passkeyOk` whether a passkey signed for these very
 * cards. Contract: pure; less proof than the bundle's friction asks is never rounded up.
 */
export function proofOf(
  form: Pick<DecideForm, "how" | "end" | "typed">,
  bundle: Pick<BundleView, "cards" | "friction">,
  shown: { on: ShownOn; shownMs: number } | null,
  { nowMs, passkeyOk }: { nowMs: number; passkeyOk: boolean },
): Proof {
  if (shown === null) return { kind: "again", why: "The page was made before the last restart. Look at it once more." };
  const isWhole = shown.on === "confirm" || form.end === "seen" || !isLongRead(bundle);
  if (!isWhole) return { kind: "again", why: "It is longer than a screen. Read it to its end first." };
  if (passkeyOk) return { kind: "proof", proof: "passkey" };
  if (bundle.friction === "red") {
    const asked = bundle.cards.flatMap(({ verdict }) =>
      verdict.friction === "red" ? [verdict.typeToApprove ?? "yes"] : [],
    );
    const typed = form.typed
      .trim()
      .toLowerCase()
      .split(/[\s,]+/);
    if (asked.every((one) => typed.includes(one.toLowerCase()))) return { kind: "proof", proof: "typed" };
    return { kind: "again", why: `Type ${[...new Set(asked)].join(" and ")} to approve.` };
  }
  if (bundle.friction === "green" || bundle.friction === "nothing") return { kind: "proof", proof: "tap" };
  const isHeld = (form.how === "hold" || shown.on === "confirm") && nowMs - shown.shownMs >= holdMs;
  return isHeld
    ? { kind: "proof", proof: "hold" }
    : { kind: "again", why: "That was quicker than a look. Hold it for a second." };
}
