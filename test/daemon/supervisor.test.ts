import { describe, expect, it } from "vitest";
import { type SideProcess, type SupervisorEvent, supervise } from "../../src/daemon/supervisor.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

interface Watch {
  clock: VirtualClock;
  events: SupervisorEvent[];
  /** When each inside was started, in seconds. */
  started: number[];
  stopping: AbortController;
  code: Promise<number>;
  calls: string[];
}

/** Supervises insides that live and end as told: seconds of life, then an exit code or a signal. */
function watch(lives: readonly (readonly [number, number | string])[], options: { deaf?: boolean } = {}): Watch {
  const clock = new VirtualClock("2026-11-21T10:00:00Z");
  const startMs = clock.now();
  const found: Omit<Watch, "code"> = { clock, events: [], started: [], stopping: new AbortController(), calls: [] };
  let next = 0;
  const spawn = (): SideProcess => {
    found.started.push((clock.now() - startMs) / 1000);
    const [seconds, end] = lives[next] ?? lives.at(-1) ?? [1e9, 0];
    next += 1;
    const ending = Promise.withResolvers<{ code: number | null; signal: string | null }>();
    void clock
      .sleep(seconds * 1000)
      .then(() => ending.resolve(typeof end === "string" ? { code: null, signal: end } : { code: end, signal: null }));
    return {
      pid: next,
      ended: ending.promise,
      stop: () => {
        found.calls.push("stop");
        if (options.deaf !== true) ending.resolve({ code: 0, signal: null });
      },
      kill: () => {
        found.calls.push("kill");
        ending.resolve({ code: null, signal: "SIGKILL" });
      },
    };
  };
  const code = supervise({ clock, spawn, onEvent: (event) => found.events.push(event) }, found.stopping.signal);
  return { ...found, code };
}

describe("the supervisor", () => {
  it("starts the inside again after a kill, waiting longer each time", async () => {
    const { clock, started, stopping, code, events } = watch([
      [10, "SIGKILL"],
      [10, "SIGKILL"],
      [10, 70],
      [1e9, 0],
    ]);
    await clock.advance(120_000);
    expect(started).toEqual([0, 11, 23, 37]);
    expect(events.map((event) => event.kind)).toEqual(["died", "died", "died"]);
    stopping.abort();
    await clock.advance(0);
    expect(await code).toBe(0);
  });

  it("forgets earlier deaths of one that lived well", async () => {
    const { clock, started, events } = watch([[200, "SIGKILL"]]);
    await clock.advance(3_000_000);
    expect(started.length).toBeGreaterThan(10);
    expect(events.every((event) => event.kind === "died" && event.waitMs === 1000)).toBe(true);
  });

  it("stops and says so when it dies again and again", async () => {
    const { clock, started, events, code } = watch([[1, 70]]);
    await clock.advance(600_000);
    expect(await code).toBe(70);
    expect(started).toHaveLength(6);
    expect(events.at(-1)).toEqual({ kind: "crash_loop", times: 6, how: "ended with code 70" });
  });

  it.each([11, 7, 8, 3])("does not start it again when it says with %i that it cannot run", async (end) => {
    const { clock, started, events, code } = watch([[1, end]]);
    await clock.advance(60_000);
    expect(await code).toBe(end);
    expect(started).toHaveLength(1);
    expect(events.at(-1)?.kind).toBe("gave_up");
  });

  it("asks it to stop, and ends it when it does not within half a minute", async () => {
    const calm = watch([[1e9, 0]]);
    await calm.clock.advance(5000);
    calm.stopping.abort();
    await calm.clock.advance(1000);
    expect(await calm.code).toBe(0);
    expect(calm.calls).toEqual(["stop"]);
    const deaf = watch([[1e9, 0]], { deaf: true });
    await deaf.clock.advance(5000);
    deaf.stopping.abort();
    await deaf.clock.advance(31_000);
    expect(await deaf.code).toBe(0);
    expect(deaf.calls).toEqual(["stop", "kill"]);
  });

  it("does not start it again once it was told to stop while waiting", async () => {
    const { clock, started, stopping, code } = watch([[1, 70]]);
    await clock.advance(1500);
    stopping.abort();
    await clock.advance(60_000);
    expect(await code).toBe(0);
    expect(started).toHaveLength(1);
  });
});
