import type { Look } from "../../src/core/action.ts";
import { toInstant } from "../../src/core/clock.ts";
import { StewardError } from "../../src/core/errors.ts";
import { wallTime } from "../../src/core/reminders.ts";
import { forScreen } from "../../src/core/untrusted.ts";
import { readMoment } from "../../src/formats/calendar/read-moment.ts";

const longestMs = 10 * 366 * 86_400_000;

/**
 * A moment to come: `2026-11-28T09:00` is the owner's time, with `Z` or `+01:00` it is exact. Errors: `usage` when it is none,
 * passed, or more than ten years away.
 */
export function needMoment(text: string, look: Look<unknown>): { at: string; shown: string } {
  const { zone } = look.owner;
  const atMs = readMoment(text, zone);
  if (atMs === null) {
    throw new StewardError("usage", `"${forScreen(text)}" is no moment.`, { cure: "Write it as 2026-11-28T09:00." });
  }
  const at = toInstant(Math.floor(atMs / 60_000) * 60_000);
  const nowMs = look.clock.now();
  if (atMs <= nowMs || atMs > nowMs + longestMs) {
    throw new StewardError("usage", `${wallTime(at, zone)} ${atMs <= nowMs ? "has passed" : "is too far away"}.`, {
      cure: "Name a moment to come.",
    });
  }
  return { at, shown: wallTime(at, zone) };
}
