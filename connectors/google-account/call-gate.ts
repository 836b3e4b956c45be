import type { Clock } from "../../src/core/clock.ts";
import { StewardError } from "../../src/core/errors.ts";
import { pause, untilStopped } from "./pause.ts";

/** Lets calls of one account through: a few at a time, none of a service that asked for a pause. */
export interface CallGate {
  /** Waits for a place. Errors: `interrupted`; `rate_limited` with `retryAfterMs` when the pause is longer than `patienceMs`. */
  enter(service: string, signal: AbortSignal): Promise<void>;
  leave(service: string): void;
  /** The service answered well: it may be asked by several again. */
  opened(service: string): void;
  /** The service wants to be left alone for so long; after that it is asked by one call at a time until one is answered. */
  closed(service: string, waitMs: number): void;
}

interface Lane {
  inFlight: number;
  careful: boolean;
  pause: { untilMs: number; lengthMs: number } | null;
}

export interface GateOptions {
  clock: Clock;
  mostInFlight: number;
  patienceMs: number;
}

export function createCallGate({ clock, mostInFlight, patienceMs }: GateOptions): CallGate {
  const lanes = new Map<string, Lane>();
  let inFlight = 0;
  let moved = Promise.withResolvers<void>();
  const laneOf = (service: string): Lane => {
    const lane = lanes.get(service) ?? { inFlight: 0, careful: false, pause: null };
    lanes.set(service, lane);
    return lane;
  };
  const sitOut = async (lane: Lane, signal: AbortSignal): Promise<void> => {
    const held = lane.pause;
    if (held === null) return;
    // A clock that was set back must not make the pause longer than it was.
    const leftMs = Math.min(held.untilMs - clock.now(), held.lengthMs);
    if (leftMs > patienceMs) throw waitLonger(leftMs);
    if (leftMs > 0) await pause(clock, leftMs, signal);
    if (lane.pause === held) lane.pause = null;
  };
  return {
    enter: async (service, signal) => {
      const lane = laneOf(service);
      while (lane.pause !== null || inFlight >= mostInFlight || (lane.careful && lane.inFlight > 0)) {
        if (lane.pause !== null) await sitOut(lane, signal);
        else await untilStopped(moved.promise, signal);
      }
      inFlight += 1;
      lane.inFlight += 1;
    },
    leave: (service) => {
      inFlight -= 1;
      laneOf(service).inFlight -= 1;
      moved.resolve();
      moved = Promise.withResolvers<void>();
    },
    opened: (service) => {
      laneOf(service).careful = false;
    },
    closed: (service, waitMs) => {
      const lane = laneOf(service);
      const untilMs = Math.max(clock.now() + waitMs, lane.pause?.untilMs ?? 0);
      lane.careful = true;
      lane.pause = { untilMs, lengthMs: Math.max(waitMs, lane.pause?.lengthMs ?? 0) };
    },
  };
}

function waitLonger(leftMs: number): StewardError {
  return new StewardError("rate_limited", "Google asks to be left alone for a while.", {
    cure: `Nothing is lost; steward goes on by itself in about ${Math.ceil(leftMs / 60_000)} minutes.`,
    retryAfterMs: leftMs,
  });
}
