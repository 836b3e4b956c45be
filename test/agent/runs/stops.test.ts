import { describe, expect, test } from "vitest";
import { runRequest } from "../../../src/agent/runs/run-request.ts";
import { StewardError } from "../../../src/core/errors.ts";
import type { ModelContent } from "../../../src/core/model.ts";
import { requestLimits } from "../../../src/core/run.ts";
import { readRunEvents } from "../../../src/store/run-events.ts";
import { cancelRun, getRun } from "../../../src/store/runs.ts";
import { job, openRuns, readTool, result, say, tools, use } from "./run-harness.ts";

const text = (parts: readonly ModelContent[] = []): string =>
  parts.map((part) => (part.kind === "text" ? part.text : `<${part.kind}>`)).join("");

describe("a model that stops because", () => {
  test("its answer was cut is asked to go on, and the pieces are one answer", async () => {
    const { run, model } = await openRuns((_request, turn) =>
      turn === 0 ? say("The first ha", "max_tokens") : say("lf and the second."),
    );
    expect(await run()).toMatchObject({ state: "done", text: "The first half and the second." });
    expect(text(model.asked[1]?.messages.at(-1)?.content)).toContain("Go on exactly where it stopped");
    expect(model.asked[1]?.maxTokens).toBeGreaterThan(model.asked[0]?.maxTokens ?? 0);
  });

  test("its answer was cut again and again is not asked for ever", async () => {
    const { run, model } = await openRuns(() => say("and ", "max_tokens"));
    expect(await run()).toMatchObject({ state: "limited", limitedBy: "tokens", text: "and and and and" });
    expect(model.asked).toHaveLength(4);
  });

  test("it was cut in the middle of a tool's input has nothing of it run", async () => {
    const { run, store } = await openRuns((_request, turn) =>
      turn === 0 && !JSON.stringify(_request.messages).includes("cut")
        ? { ...use(["send", { to: "a@b.example", text: "half" }]), stop: "max_tokens" }
        : say("Short."),
    );
    expect(await run()).toMatchObject({ state: "done", text: "Short.", cards: [] });
    expect((await readRunEvents(store, "run-1")).some(({ kind }) => kind === "tool_begun")).toBe(false);
  });

  test("it pauses is asked to go on", async () => {
    const { run } = await openRuns((_request, turn) => (turn === 0 ? say("One ", "pause_turn") : say("two.")));
    expect(await run()).toMatchObject({ state: "done", text: "One two." });
  });

  test("it declines ends the run in words", async () => {
    const { run } = await openRuns(() => say("", "refusal"));
    const outcome = await run();
    expect(outcome.state).toBe("failed");
    expect(outcome.error).toContain("declined");
  });

  test("its context is full ends the run with what there is", async () => {
    const { run } = await openRuns(() => say("So far.", "model_context_window_exceeded"));
    expect(await run()).toMatchObject({ state: "limited", limitedBy: "tokens", text: "So far." });
  });

  test("of a stop sequence, or says nothing of tools it asks for, is understood all the same", async () => {
    const { run } = await openRuns((_request, turn) =>
      turn === 0 ? { ...use(["read", { id: 7 }]), stop: "end_turn" } : say("Read [#7].", "stop_sequence"),
    );
    expect(await run()).toMatchObject({ state: "done", text: "Read [#7]." });
  });

  test("it wrote garbage, or nothing, is asked the same again, three times at most", async () => {
    const { run, model } = await openRuns(() => (model.asked.length < 2 ? say("", "garbage") : say("Better.")));
    expect(await run()).toMatchObject({ state: "done", text: "Better." });
    expect(model.asked[1]?.messages).toEqual(model.asked[0]?.messages);
    const never = await openRuns(() => say("", "end_turn"));
    const outcome = await never.run();
    expect(outcome).toMatchObject({ state: "failed" });
    expect(outcome.error).toContain("no usable answer");
    expect(never.model.asked).toHaveLength(3);
  });
});

describe("a limit", () => {
  const endless = () => use(["read", { id: 7 }]);

  test("of turns ends a model that always asks for tools, after it was told to answer", async () => {
    const { run, model } = await openRuns(endless, { limits: { ...requestLimits, turns: 4 } });
    expect(await run()).toMatchObject({ state: "limited", limitedBy: "turns" });
    expect(model.asked).toHaveLength(4);
    expect(text(model.asked[3]?.messages.at(-1)?.content)).toContain("Answer now with what you have");
    expect(text(model.asked[2]?.messages.at(-1)?.content)).not.toContain("Answer now");
  });

  test("that is near lets the model say what it found", async () => {
    const { run } = await openRuns(
      (request) => (JSON.stringify(request.messages).includes("Answer now") ? say("So far [#7].") : endless()),
      { limits: { ...requestLimits, turns: 3 } },
    );
    expect(await run()).toMatchObject({ state: "limited", limitedBy: "turns", text: "So far [#7]." });
  });

  test("of tokens, of money and of time ends a run as well", async () => {
    const tokens = await openRuns(endless, { limits: { ...requestLimits, tokens: 300 } });
    expect(await tokens.run()).toMatchObject({ state: "limited", limitedBy: "tokens" });
    expect(tokens.model.asked.length).toBeLessThanOrEqual(4);
    const money = await openRuns(endless, { limits: { ...requestLimits, usd: 0.03 } });
    expect(await money.run()).toMatchObject({ state: "limited", limitedBy: "money" });
    const time = await openRuns(() => new Promise(() => undefined), { limits: { ...requestLimits, ms: 40 } });
    const slow = { ...time.deps.model, caps: () => time.model.caps(), call: stuck };
    expect(await runRequest({ ...time.deps, model: slow }, job())).toMatchObject({
      state: "limited",
      limitedBy: "time",
    });
  });

  test("of the owner's budget says how to go on", async () => {
    const { run } = await openRuns(() => {
      throw new StewardError("budget", "Today's $2.00 are spent.", { cure: "steward budget allow 2" });
    });
    expect(await run()).toMatchObject({
      state: "limited",
      limitedBy: "money",
      error: "Today's $2.00 are spent. steward budget allow 2",
    });
  });
});

const stuck = (request: { signal: AbortSignal }): Promise<never> =>
  new Promise((_resolve, reject) => {
    request.signal.addEventListener("abort", () => reject(new StewardError("interrupted", "Stopped.")));
  });

describe("a run", () => {
  test("that the owner cancels stops within a second, and nothing follows", async () => {
    const { deps, model, store } = await openRuns(() => say("never"));
    const working = runRequest({ ...deps, model: { caps: () => model.caps(), call: stuck } }, job());
    setTimeout(() => void store.write((tx) => cancelRun(tx, "run-1")), 20);
    const begunMs = performance.now();
    expect(await working).toMatchObject({ state: "cancelled", cards: [] });
    expect(performance.now() - begunMs).toBeLessThan(1000);
  });

  test("whose process ends stays as it is, for the next one", async () => {
    const { deps, model, store, run } = await openRuns(() => say("Later."));
    const ends = new AbortController();
    const leaving = { ...deps, signal: ends.signal, model: { caps: () => model.caps(), call: stuck } };
    setTimeout(() => ends.abort(), 20);
    expect(await runRequest(leaving, job())).toMatchObject({ state: "running" });
    expect(await getRun(store, "run-1")).toMatchObject({ owner: null });
    expect(await run()).toMatchObject({ state: "done", text: "Later." });
  });

  test("whose server does not answer fails in words with the cure", async () => {
    const { run } = await openRuns(() => {
      throw new StewardError("needs_reauth", "The key was refused.", { cure: "steward model key" });
    });
    expect(await run()).toMatchObject({ state: "failed", error: "The key was refused. steward model key" });
  });

  test("that a bug ends says so without its text, which is logged", async () => {
    const { run, logged } = await openRuns(() => {
      throw new Error("secret inside");
    });
    const outcome = await run();
    expect(outcome.state).toBe("failed");
    expect(outcome.error).not.toContain("secret");
    expect(logged.join()).toContain("secret inside");
  });

  test("shows a long result in part and keeps the rest by reference, and never repeats what does not fit any more", async () => {
    const long = { ...readTool, run: async () => result({ text: "x".repeat(20_000), end: "THE END" }, [7], []) };
    const item = { ...readTool, name: "item" };
    const { run, model } = await openRuns(
      (request, turn) => {
        if (turn === 0) return use(["read", { id: 7 }]);
        const shown = JSON.stringify(request.messages.at(-1));
        const rest = /result:[0-9.]+@\d+/.exec(shown)?.[0];
        return turn === 1 ? use(["item", { rest }]) : say("Read.");
      },
      { tools: [...tools.filter(({ name }) => name !== "read"), long, item] },
    );
    await run();
    const [first, second] = [1, 2].map((index) => JSON.stringify(model.asked[index]?.messages.at(-1)));
    expect(first?.length).toBeLessThan(13_000);
    expect(first).not.toContain("THE END");
    expect(second).toContain("THE END");
  });

  test("whose context is small leaves older results out by reference, and stays within it", async () => {
    const big = { ...readTool, run: async () => result({ text: "word ".repeat(1200) }, [7], []) };
    const { deps, model, run, store } = await openRuns(
      (_request, turn) => (turn < 6 ? use(["read", { id: turn }]) : say("Done.")),
      {
        tools: [big],
      },
    );
    model.contextTokens = 12_000;
    expect(await run()).toMatchObject({ state: "done" });
    for (const request of model.asked) expect(JSON.stringify(request.messages).length / 2.6).toBeLessThan(9000);
    expect((await readRunEvents(store, "run-1")).some(({ kind }) => kind === "trimmed")).toBe(true);
    expect(JSON.stringify(model.asked.at(-1)?.messages)).toContain("result:1.0@0");
    expect(deps.model.caps().contextTokens).toBe(12_000);
  });
});
