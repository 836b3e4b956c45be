import type { Call, Outcome } from "../../src/core/action.ts";

/** A request that was cut off may still be worked on. */
const settleMs = 30_000;

/** That nothing of it is to be seen means that it was not done only when some time has passed. */
export function stillSettling(
  { clock, committedAt }: Pick<Call, "clock" | "committedAt">,
  reason: string,
): Extract<Outcome<never>, { kind: "not_done" | "unknown" }> {
  const sinceMs = committedAt === undefined ? settleMs : clock.now() - Date.parse(committedAt);
  return sinceMs >= settleMs
    ? { kind: "not_done" }
    : { kind: "unknown", reason, askAgainMs: settleMs - Math.max(0, sinceMs) };
}
