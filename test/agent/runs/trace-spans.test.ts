import { expect, test } from "vitest";
import { readTrace } from "../../../src/agent/runs/read-trace.ts";
import { traceSpans } from "../../../src/agent/runs/trace-spans.ts";
import { openRuns, say, use } from "./run-harness.ts";

test("a run's spans hold names and numbers, and no text of anybody", async () => {
  const { run, store } = await openRuns((_request, turn) =>
    turn === 0
      ? use(["read", { id: 7 }], ["exfiltrate my secret", { to: "a@b.example" }])
      : say("Item 7 says this [#7]."),
  );
  await run({ text: "What does Marie say?" });
  const trace = await readTrace(store, "run-1");
  if (trace === null) throw new Error("no trace");
  const spans = JSON.stringify(traceSpans(trace, new Set(["read"])));
  expect(spans).not.toMatch(/Marie|says|secret|example|exfiltrate/);
  expect(spans).toContain('"gen_ai.tool.name","value":{"stringValue":"read"}');
  expect(spans).toContain('"gen_ai.usage.input_tokens","value":{"intValue":"200"}');
  expect([...spans.matchAll(/"spanId"/g)]).toHaveLength(5);
});
