import { describe, expect, it } from "vitest";
import { type PollDeps, runPollLoop } from "../../src/daemon/poll-loop.ts";
import type { PollTarget } from "../../src/daemon/poll-schedule.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

const minuteMs = 60_000;

interface Loop {
  clock: VirtualClock;
  targets: PollTarget[];
  /** Ids in the order they were read. */
  reads: string[];
  faults: unknown[];
  /** What a read of an id does; default nothing. */
  behaviour: Map<string, (signal: AbortSignal, alive: () => void) => Promise<void>>;
  targetsFault: Error | null;
  stop(): Promise<void>;
}

function startLoop(ids: readonly string[]): Loop {
  const clock = new VirtualClock("2026-11-21T10:00:00Z");
  const stopping = new AbortController();
  const loop: Loop = {
    clock,
    targets: ids.map((id) => ({ id, lane: id, laneLimit: 1, intervalMs: minuteMs, state: "ok", retryAtMs: null })),
    reads: [],
    faults: [],
    behaviour: new Map(),
    targetsFault: null,
    stop: async () => {
      stopping.abort();
      await clock.advance(21_000);
      await running;
    },
  };
  const deps: PollDeps = {
    clock,
    random: () => 0.5,
    targets: async () => {
      if (loop.targetsFault !== null) throw loop.targetsFault;
      return loop.targets;
    },
    read: async (id, signal, alive) => {
      loop.reads.push(id);
      await loop.behaviour.get(id)?.(signal, alive);
    },
    planned: async () => undefined,
    faulted: (error) => loop.faults.push(error),
  };
  const running = runPollLoop(deps, stopping.signal);
  return loop;
}

const countOf = (loop: Loop, id: string): number => loop.reads.filter((read) => read === id).length;

describe("the poll loop", () => {
  it("reads every source by its own interval", async () => {
    const loop = startLoop(["a", "b"]);
    const [, b] = loop.targets;
    if (b !== undefined) b.intervalMs = 5 * minuteMs;
    await loop.clock.advance(10 * minuteMs - 2000);
    expect(countOf(loop, "a")).toBe(10);
    expect(countOf(loop, "b")).toBe(2);
    await loop.stop();
  });

  it("goes on with the others when one throws, hangs or is slow", async () => {
    const loop = startLoop(["throws", "hangs", "well"]);
    loop.behaviour.set("throws", async () => {
      throw new Error("a bug");
    });
    loop.behaviour.set("hangs", () => new Promise(() => undefined));
    await loop.clock.advance(10 * minuteMs - 2000);
    expect(countOf(loop, "well")).toBe(10);
    expect(countOf(loop, "hangs")).toBe(1);
    expect(loop.faults.length).toBe(countOf(loop, "throws"));
    expect(countOf(loop, "throws")).toBeLessThanOrEqual(11);
    await loop.stop();
  });

  it("stops a reading that gave no sign of life for half an hour, and no other", async () => {
    const loop = startLoop(["silent", "slow"]);
    const stopped: string[] = [];
    const until = (id: string, signal: AbortSignal): Promise<void> =>
      new Promise((resolve) =>
        signal.addEventListener("abort", () => {
          stopped.push(id);
          resolve();
        }),
      );
    loop.behaviour.set("silent", (signal) => until("silent", signal));
    loop.behaviour.set("slow", async (signal, alive) => {
      while (!signal.aborted) {
        alive();
        await loop.clock.sleep(minuteMs, signal).catch(() => undefined);
      }
    });
    await loop.clock.advance(29 * minuteMs);
    expect(stopped).toEqual([]);
    loop.clock.jump(8 * 3_600_000);
    await loop.clock.advance(30_000);
    expect(stopped).toEqual([]);
    await loop.clock.advance(2 * minuteMs);
    expect(stopped).toEqual(["silent"]);
    await loop.stop();
  });

  it("stops the reading of a source that was removed", async () => {
    const loop = startLoop(["a", "b"]);
    const stopped = Promise.withResolvers<void>();
    loop.behaviour.set("a", (signal) => {
      signal.addEventListener("abort", () => stopped.resolve());
      return stopped.promise;
    });
    await loop.clock.advance(5000);
    loop.targets = loop.targets.filter(({ id }) => id === "b");
    await loop.clock.advance(2000);
    await stopped.promise;
    await loop.clock.advance(5 * minuteMs);
    expect(countOf(loop, "a")).toBe(1);
    await loop.stop();
  });

  it("goes on when the clock jumps, forward and back, without a storm", async () => {
    const loop = startLoop(["a"]);
    await loop.clock.advance(minuteMs / 2);
    for (const jump of [9 * 3_600_000, -24 * 3_600_000, 400 * 86_400_000, -800 * 86_400_000]) {
      const before = countOf(loop, "a");
      loop.clock.jump(jump);
      await loop.clock.advance(5 * minuteMs);
      expect(countOf(loop, "a") - before).toBeGreaterThanOrEqual(4);
      expect(countOf(loop, "a") - before).toBeLessThanOrEqual(6);
    }
    await loop.stop();
  });

  it("waits and goes on when the database cannot be asked", async () => {
    const loop = startLoop(["a"]);
    loop.targetsFault = new Error("locked");
    await loop.clock.advance(minuteMs);
    expect(loop.faults.length).toBeLessThanOrEqual(8);
    loop.targetsFault = null;
    await loop.clock.advance(minuteMs);
    expect(countOf(loop, "a")).toBeGreaterThan(0);
    await loop.stop();
  });

  it("ends soon after it is told to, even if a reading does not", async () => {
    const loop = startLoop(["hangs"]);
    loop.behaviour.set("hangs", () => new Promise(() => undefined));
    await loop.clock.advance(1000);
    await loop.stop();
    expect(loop.reads).toEqual(["hangs"]);
  });
});
