// Holds R60.
import { describe, expect, test } from "vitest";
import { runRequest } from "../../../src/agent/runs/run-request.ts";
import type { Knowledge } from "../../../src/agent/tool.ts";
import { rememberTool } from "../../../src/agent/tools/remember.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { boundaryOf } from "../../../src/core/fence.ts";
import { getCardByNumber } from "../../../src/store/cards.ts";
import { listWaitingProposals } from "../../../src/store/proposals.ts";
import { readRunEvents } from "../../../src/store/run-events.ts";
import { getRun } from "../../../src/store/runs.ts";
import { noKnowledge } from "../tools/tool-harness.ts";
import { job, openRuns, say, tools, use } from "./run-harness.ts";

const letter = { to: "marie@dubois.example", text: "Hello" };

describe("a request", () => {
  test("is answered from what its tools read, with its cost in the run's row", async () => {
    const { run, model, store } = await openRuns((_request, turn) =>
      turn === 0 ? use(["read", { id: 7 }]) : say("It says this [#7], and that [#8]."),
    );
    const outcome = await run();
    expect(outcome).toMatchObject({ state: "done", text: "It says this [#7], and that.", unread: [8], cards: [] });
    expect(await getRun(store, "run-1")).toMatchObject({ calls: 2, costUsd: 0.02, usage: { input: 200, output: 20 } });
    expect(model.asked[1]?.messages.at(-1)?.content).toEqual([
      {
        kind: "tool_result",
        id: "use-read-0",
        isError: false,
        text: `<data-${boundaryOf("run-1")}>\n{"item":7,"text":"Item 7 \\u003csays\\u003e this."}\n</data-${boundaryOf("run-1")}>`,
      },
    ]);
  });

  test("has time and words in its first message and none of both in its prefix", async () => {
    const { run, model } = await openRuns(() => say("Fine."));
    await run({ threads: [12], files: [] });
    expect(model.asked[0]?.messages).toEqual([
      {
        role: "user",
        content: [
          { kind: "text", text: "Now: 2026-11-14T09:12+01:00 (Saturday), Europe/Berlin" },
          { kind: "text", text: `<data-${boundaryOf("run-1")}>\n{"threads":[12]}\n</data-${boundaryOf("run-1")}>` },
          { kind: "text", text: "The owner says:\nWhat is in item 7?" },
        ],
      },
    ]);
    expect(model.asked[0]?.system).not.toMatch(/2026|run-1|item 7/);
  });

  test("begins with the same bytes whatever the order of the tools and the time", async () => {
    const first = await openRuns(() => say("Fine."));
    await first.run();
    const second = await openRuns(() => say("Fine."), { tools: tools.toReversed() });
    second.harness.clock.jump(86_400_000);
    await second.run({ runId: "run-2" });
    const [one, other] = [await getRun(first.store, "run-1"), await getRun(second.store, "run-2")];
    expect(one?.prefixSha256).toBe(other?.prefixSha256);
    expect(second.model.asked[0]?.tools.map(({ name }) => name)).toEqual(["ask_owner", "read", "send", "sub_job"]);
  });

  test("ends with a card that names everything read until then", async () => {
    const { run, store, harness } = await openRuns((_request, turn) => {
      if (turn === 0) return use(["read", { id: 7 }], ["read", { id: 8 }]);
      return turn === 1 ? use(["send", letter]) : say("I sent it.");
    });
    const wordsId = await harness.door.hear("What is in item 7?", "terminal");
    const outcome = await run({ threads: [3], wordsId });
    expect(outcome.cards).toMatchObject([{ number: 1, state: "proposed", action: "post.send_letter" }]);
    expect(outcome.state).toBe("waiting");
    expect((await getCardByNumber(store, 1))?.origin).toMatchObject({
      by: "model",
      itemsRead: [7, 8],
      openedThreads: [3, 70, 80],
      runId: "run-1",
      callId: "call-2",
      wordsId,
    });
  });

  test("waits for a door that is not running no longer than it was told, and leaves the proposal", async () => {
    const { run, store } = await openRuns((_request, turn) => (turn === 0 ? use(["send", letter]) : say("Proposed.")), {
      door: { waitMs: 0 },
    });
    expect(await run()).toMatchObject({ state: "waiting", cards: [{ number: null, state: "waiting" }] });
    expect(await listWaitingProposals(store)).toHaveLength(1);
  });

  test("ends with a question, and its answer goes on from all that was read", async () => {
    const { run, model } = await openRuns((request, turn) => {
      if (JSON.stringify(request.messages).includes("The Ana"))
        return turn === 0 ? use(["send", letter]) : say("Done.");
      return turn === 0
        ? use(["read", { id: 7 }])
        : use(["ask_owner", { question: "Which Ana?", choices: ["Ana K", "Ana L"] }]);
    });
    const asked = await run();
    expect(asked).toMatchObject({
      state: "waiting",
      question: { question: "Which Ana?", choices: ["Ana K", "Ana L"] },
    });
    const outcome = await run({ runId: "run-2", text: "The Ana from work", answers: "run-1" });
    expect(outcome.state).toBe("waiting");
    const first = JSON.stringify(model.asked.at(-1)?.messages[0]);
    expect(first).toContain("Which Ana?");
    expect(first).toContain("What is in item 7?");
  });

  test("takes a choice the model worded for no words of the owner", async () => {
    const said: string[] = [];
    const knowledge: Knowledge = {
      ...noKnowledge,
      remember: async ({ utterance }) => {
        said.push(utterance);
        return { kind: "refused", text: "No." };
      },
    };
    const { run, deps } = await openRuns(
      (_request, turn) => {
        if (turn > 0) return say("Done.");
        return said.length === 0
          ? use(["remember", { text: "x", quote: "x" }], ["ask_owner", { question: "Which?", choices: ["Pay Eve"] }])
          : use(["remember", { text: "x", quote: "x" }]);
      },
      { tools: [...tools, rememberTool] },
    );
    Object.assign(deps.surroundings, { knowledge });
    await run({ text: "Which of them?" });
    await run({ runId: "run-2", text: " Pay  Eve", answers: "run-1" });
    await run({ runId: "run-3", text: "Pay Eva", answers: "run-1" });
    expect(said).toEqual(["Which of them?", "", "Pay Eva"]);
  });

  test("R60: proposes sixty steps at most, however often it is told to go on", async () => {
    const { run, store } = await openRuns((_request, turn) =>
      turn > 3 ? say("Done.") : use(...Array.from({ length: 20 }, (): [string, unknown] => ["send", letter])),
    );
    await run();
    expect(store.read.number("SELECT count(*) FROM proposals")).toBe(60);
  });

  test("begins with nothing read when it goes on from nothing, however much was asked before", async () => {
    const { run, store } = await openRuns((_request, turn) =>
      turn === 0 ? use(["read", { id: 7 }]) : say("A secret."),
    );
    await run();
    await run({ runId: "run-2" });
    const [begun] = await readRunEvents(store, "run-2");
    expect(begun).toMatchObject({ kind: "begun", body: { itemIds: [], threadIds: [] } });
    expect(JSON.stringify(begun)).not.toContain("secret");
    await run({ runId: "run-3", answers: "run-1" });
    expect((await readRunEvents(store, "run-3"))[0]).toMatchObject({ body: { itemIds: [7], threadIds: [70] } });
  });

  test("is one run however often its job is taken", async () => {
    const { run, deps, model } = await openRuns(() => say("Fine."));
    await run();
    expect(await runRequest(deps, job())).toMatchObject({ state: "done", text: "Fine." });
    expect(model.asked).toHaveLength(1);
  });

  test("is left alone while another process works on it", async () => {
    const { deps } = await openRuns(() => say("Fine."));
    let outcome: unknown = null;
    const busy = { ...deps, lease: { owner: "there", isGone: () => false } };
    const slow = {
      ...deps,
      model: {
        caps: () => deps.model.caps(),
        call: async (request: Parameters<typeof deps.model.call>[0]) => {
          outcome = await runRequest(busy, job()).catch((error: unknown) => error);
          return await deps.model.call(request);
        },
      },
    };
    await runRequest(slow, job());
    expect(outcome).toBeInstanceOf(StewardError);
  });
});

describe("tools of one answer", () => {
  test("run side by side when they read, in order when they propose, and answer in the order of the calls", async () => {
    const log: string[] = [];
    const slow = tools.map((tool) => ({
      ...tool,
      run: async (...given: Parameters<typeof tool.run>) => {
        log.push(`+${tool.name}`);
        if (tool.name === "read") await new Promise((resolve) => setTimeout(resolve, given[0].id === 1 ? 30 : 5));
        const said = await tool.run(...given);
        log.push(`-${tool.name}`);
        return said;
      },
    }));
    const { run, model } = await openRuns(
      (_request, turn) =>
        turn === 0
          ? use(["read", { id: 1 }], ["read", { id: 2 }], ["send", letter], ["send", { ...letter, text: "Bye" }])
          : say("."),
      { tools: slow },
    );
    await run();
    expect(log).toEqual(["+read", "+read", "-read", "-read", "+send", "-send", "+send", "-send"]);
    const results = model.asked[1]?.messages.at(-1)?.content ?? [];
    expect(results.map((part) => (part.kind === "tool_result" ? part.id : part.kind))).toEqual([
      "use-read-0",
      "use-read-1",
      "use-send-2",
      "use-send-3",
    ]);
  });

  test("that are not there, or get what does not fit, or break, are told so in words", async () => {
    const broken = tools.map((tool) =>
      tool.name === "send" ? { ...tool, run: async () => Promise.reject(new Error("boom")) } : tool,
    );
    const { run, model, logged } = await openRuns(
      (_request, turn) => (turn === 0 ? use(["rm", {}], ["read", { id: "x" }], ["send", letter]) : say("Well.")),
      { tools: broken },
    );
    expect(await run()).toMatchObject({ state: "done", text: "Well." });
    const texts = (model.asked[1]?.messages.at(-1)?.content ?? []).map((part) =>
      part.kind === "tool_result" && part.isError ? part.text : "",
    );
    expect(texts[0]).toContain("There is no tool of that name");
    expect(texts[1]).toContain("does not fit");
    expect(texts[2]).toContain("Something unexpected");
    expect(texts.join()).not.toContain("boom");
    expect(logged.join()).toContain("boom");
  });

  test("with an id the run has seen already get another one, so that none is lost", async () => {
    const { run, model } = await openRuns((_request, turn) =>
      turn < 2 ? use(["send", { ...letter, text: `${turn}` }]) : say("."),
    );
    expect((await run()).cards).toHaveLength(2);
    const ids = model.asked[2]?.messages.flatMap(({ content }) =>
      content.flatMap((part) => (part.kind === "tool_use" ? [part.id] : [])),
    );
    expect(ids).toEqual(["use-send-0", "use-send-0_2_0"]);
  });
});
