// Holds R63, R133.
import { describe, expect, test } from "vitest";
import { budgetLimits } from "../../src/core/budget-limits.ts";
import { modelConfigSchema } from "../../src/core/model-config.ts";
import { costMicros, highestMicros, priceOf } from "../../src/model/prices.ts";
import { grantBudget, readBudget } from "../../src/store/budget.ts";
import {
  getModelCall,
  listModelCalls,
  modelBooks,
  pruneModelCalls,
  sumModelCallsByPurpose,
  sumModelCallsOfRun,
} from "../../src/store/model-calls.ts";
import { queueRun } from "../../src/store/runs.ts";
import { count, storeMaker, nowMs as storeNowMs } from "../store/store-fixture.ts";
import { failure, makeServer, message, open, request, text } from "./messages-server.ts";

const newStore = storeMaker();
const server = (): ReturnType<typeof makeServer> =>
  makeServer(() => message([text("ok")], { usage: { input_tokens: 10_000, output_tokens: 100 } }));
/** One call on Haiku: 10,000 in and 100 out are 1,050 micro-dollars; at most it could have cost about 600. */
const oneCall = 1_050;

describe("a call", () => {
  test("is written down with what it was, what it cost and what was said", async () => {
    const store = await newStore();
    const { model } = await open(
      store,
      makeServer(() =>
        message([text("ok")], {
          usage: {
            input_tokens: 10,
            cache_creation_input_tokens: 800,
            cache_read_input_tokens: 2000,
            output_tokens: 40,
          },
        }),
      ),
    );
    const reply = await model.call(request());
    const row = await getModelCall(store, reply.callId);
    expect(row).toMatchObject({
      runId: "run-1",
      role: "judge",
      purpose: "judge",
      model: "claude-haiku-5-5",
      state: "settled",
      input: 10,
      cacheWrite: 800,
      cacheRead: 2000,
      output: 40,
      costMicros: 141,
      countedMicros: 141,
      stop: "end_turn",
      error: null,
      reply: '[{"kind":"text","text":"ok"}]',
    });
    expect(row?.request).toContain("Hello");
    expect(await sumModelCallsOfRun(store, "run-1")).toMatchObject({
      calls: 1,
      output: 40,
      costMicros: 141,
      failed: 0,
    });
  });

  test("has the hash of its prefix, which its messages do not change", async () => {
    const store = await newStore();
    const { model } = await open(store, server());
    await model.call(request());
    await model.call(request({ messages: [{ role: "user", content: [{ kind: "text", text: "Other" }] }] }));
    await model.call(request({ system: "# steward: judge\nOther." }));
    const rows = await listModelCalls(store, "run-1");
    expect(new Set(rows.map((row) => row.requestSha256)).size).toBe(3);
    expect(rows[0]?.prefixSha256).toBe(rows[1]?.prefixSha256);
    expect(rows[2]?.prefixSha256).not.toBe(rows[0]?.prefixSha256);
  });

  test("keeps the texts for 30 days and the sums for good", async () => {
    const store = await newStore();
    const { model } = await open(store, server());
    const { callId } = await model.call(request());
    expect(await store.write((tx) => pruneModelCalls(tx))).toBe(0);
    await store.write((tx) => tx.sql.run("UPDATE model_calls SET at = '2026-10-01T00:00:00.000Z'"));
    expect(await store.write((tx) => pruneModelCalls(tx))).toBe(1);
    expect(await getModelCall(store, callId)).toMatchObject({ request: null, reply: null, costMicros: oneCall });
  });

  test("keeps no bytes of an image", async () => {
    const store = await newStore();
    const { model } = await open(store, server());
    const image = { kind: "image" as const, mediaType: "image/png", base64: "iVBORw0KGgo".repeat(100) };
    const { callId } = await model.call(request({ messages: [{ role: "user", content: [image] }] }));
    const row = await getModelCall(store, callId);
    expect(row?.request).toMatch(/"data":"sha256:[0-9a-f]{64}"/);
  });
});

describe("the budget", () => {
  test.each([
    ["day", { dayUsd: 0.0015 }],
    ["month", { monthUsd: 0.0015 }],
    ["run", { runUsd: 0.0015 }],
  ])("of the %s is a hard stop before anything is sent", async (span, budget) => {
    const store = await newStore();
    const asked = server();
    const { model } = await open(store, asked, { config: { budget } });
    await model.call(request());
    const words = { day: /Today's budget/, month: /This month's budget/, run: /What one request may cost/ }[span];
    await expect(model.call(request())).rejects.toMatchObject({
      code: "budget",
      message: expect.stringMatching(words ?? /x/),
    });
    expect(asked.asked).toHaveLength(1);
    expect(count(store, "SELECT count(*) FROM model_calls")).toBe(1);
  });

  test("counts only a run's own calls against a run, and none of a run that is null", async () => {
    const asked = server();
    const { model } = await open(await newStore(), asked, { config: { budget: { runUsd: 0.0015 } } });
    await model.call(request());
    await model.call(request({ runId: "run-2" }));
    for (let nth = 0; nth < 3; nth += 1) await model.call(request({ runId: null }));
    expect(asked.asked).toHaveLength(5);
  });

  test("counts what jobs beneath a request cost against the request, and against each other", async () => {
    const store = await newStore();
    const asked = server();
    const { model } = await open(store, asked, { config: { budget: { runUsd: 0.0015 } } });
    const limits = { turns: 1, tokens: 1, usd: 1, ms: 1 };
    await store.write(async (tx) => {
      for (const [id, parentId] of [
        ["run-1", null],
        ["beneath-1", "run-1"],
        ["beneath-2", "run-1"],
        ["run-2", null],
      ] as const) {
        await queueRun(tx, { id, kind: "request", parentId, job: {}, text: "", surface: "", limits });
      }
    });
    await model.call(request({ runId: "beneath-1" }));
    for (const runId of ["beneath-2", "run-1"])
      await expect(model.call(request({ runId }))).rejects.toMatchObject({ code: "budget" });
    await model.call(request({ runId: "run-2" }));
    expect(asked.asked).toHaveLength(2);
  });

  test("of what the owner allowed more has room again", async () => {
    const store = await newStore();
    const { model } = await open(store, server(), { config: { budget: { dayUsd: 0.0015, monthUsd: 0.0015 } } });
    await model.call(request());
    await expect(model.call(request())).rejects.toMatchObject({ code: "budget" });
    await store.write((tx) => grantBudget(tx, 2_000));
    await model.call(request());
  });

  test("is reserved at the highest price while a call is under way, by whichever process", async () => {
    const store = await newStore();
    const limits = budgetLimits(modelConfigSchema.parse({ budget: { dayUsd: 1 } }).budget, "UTC", storeNowMs);
    const books = modelBooks(store);
    const call = {
      id: "one",
      runId: null,
      role: "write" as const,
      purpose: "request" as const,
      model: "m",
      requestSha256: "a",
      prefixSha256: "b",
      request: "{}",
      reservedMicros: 600_000,
    };
    const both = await Promise.all([books.reserve(call, limits), books.reserve({ ...call, id: "two" }, limits)]);
    expect(both).toEqual([null, { span: "day", spentMicros: 600_000, allowedMicros: 1_000_000 }]);
    expect(count(store, "SELECT count(*) FROM model_calls")).toBe(1);
  });

  test("counts a call that died until an hour has gone, then lets it go", async () => {
    const store = await newStore();
    const { model } = await open(store, server(), { config: { budget: { dayUsd: 0.0015 } } });
    await model.call(request());
    await store.write((tx) => tx.sql.run("UPDATE model_calls SET state = 'reserved'"));
    await expect(model.call(request())).rejects.toMatchObject({ code: "budget" });
    await store.write((tx) => tx.sql.run("UPDATE model_calls SET at = '2026-11-20T10:59:00.000Z'"));
    await model.call(request());
  });

  test("counts what broke off as if all of it was used, and what was refused as nothing", async () => {
    const store = await newStore();
    const answers = [failure(400, "invalid_request_error", "no"), failure(500, "api_error", "oops")];
    const failing = makeServer((_asked, nth) => answers[Math.min(nth, 2) - 1]?.clone() ?? message([]));
    const { model } = await open(store, failing);
    await expect(model.call(request())).rejects.toMatchObject({ code: "config" });
    await expect(model.call(request())).rejects.toMatchObject({ code: "unavailable" });
    const [refused, broken] = await listModelCalls(store, "run-1");
    expect(refused?.countedMicros).toBe(0);
    expect(broken?.countedMicros).toBeGreaterThan(500);
    expect(broken?.costMicros).toBeNull();
  });

  test("begins its day and month at the owner's midnight", () => {
    const budget = modelConfigSchema.parse({}).budget;
    const limits = budgetLimits(budget, "America/Los_Angeles", Date.parse("2026-11-01T06:30:00Z"));
    expect(limits).toMatchObject({ dayBeganAt: "2026-10-31T07:00:00.000Z", monthBeganAt: "2026-10-01T07:00:00.000Z" });
  });

  test("stands where the calls of that span put it", async () => {
    const store = await newStore();
    const { model } = await open(store, server());
    await model.call(request());
    await model.call(request({ purpose: "draft", role: "write" }));
    const limits = budgetLimits(modelConfigSchema.parse({}).budget, "UTC", storeNowMs);
    const standing = await readBudget(store, limits, new Date(storeNowMs).toISOString());
    expect(standing.day).toEqual({ spent: oneCall + 21_000, allowed: 2_000_000 });
    const rows = await sumModelCallsByPurpose(store, limits.dayBeganAt);
    expect(rows.map(({ purpose, costMicros: cost }) => [purpose, cost])).toEqual([
      ["draft", 21_000],
      ["judge", oneCall],
    ]);
  });
});

describe("prices", () => {
  const usage = { input: 1_000_000, cacheWrite: 0, cacheRead: 0, output: 0 };

  test("of models under another name are the same", () => {
    for (const id of ["claude-haiku-4-5", "claude-haiku-4-5-20251001", "anthropic/claude-haiku-4.5"]) {
      expect(priceOf(id, { baseUrl: "https://openrouter.ai/api", prices: {} }).known?.input).toBe(1);
    }
  });

  test("rise above 100,000 tokens where the service says so", () => {
    const { counted } = priceOf("claude-haiku-5-5", { baseUrl: "https://api.anthropic.com", prices: {} });
    expect(costMicros(counted, { ...usage, input: 100_000 })).toBe(10_000);
    expect(costMicros(counted, { ...usage, input: 100_001 })).toBe(50_001);
  });

  test("that nobody knows are nothing in the owner's network and the dearest elsewhere, until the owner says", () => {
    expect(priceOf("qwen3", { baseUrl: "http://192.168.1.4:8000", prices: {} })).toMatchObject({
      known: null,
      counted: { input: 0 },
    });
    const elsewhere = { baseUrl: "https://llm.example.com", prices: {} };
    expect(priceOf("qwen3", elsewhere)).toMatchObject({ known: null, counted: { input: 10, output: 50 } });
    const own = priceOf("qwen3", { ...elsewhere, prices: { qwen3: { input: 0.2, output: 0.6 } } });
    expect(own.known).toEqual({ input: 0.2, output: 0.6, cacheWrite: 0.2, cacheRead: 0.2 });
  });

  test("are reserved as if all of the request was written to the cache", () => {
    const { counted } = priceOf("claude-sonnet-5-5", { baseUrl: "https://api.anthropic.com", prices: {} });
    expect(highestMicros(counted, 1_000, 100)).toBe(2_500 + 1_000);
  });
});
