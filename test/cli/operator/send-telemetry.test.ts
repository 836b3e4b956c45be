import { expect, test } from "vitest";
import { sendTelemetry } from "../../../src/cli/operator/send-telemetry.ts";
import { openRuns, say } from "../../agent/runs/run-harness.ts";

async function sendTo(telemetry: { otlp: string | null; elsewhere: boolean }, answer = new Response("{}")) {
  const { run, store } = await openRuns(() => say("Fine."));
  await run();
  const sent: { to: string; body: string }[] = [];
  const logged: string[] = [];
  const post: typeof fetch = async (to, init) => {
    sent.push({ to: String(to), body: String(init?.body) });
    return answer;
  };
  await sendTelemetry({ store, fetch: post, telemetry, log: (line) => void logged.push(line) }, "run-1");
  return { sent, logged };
}

test("a finished run's numbers go to a collector on this computer, and nowhere without one", async () => {
  expect((await sendTo({ otlp: null, elsewhere: false })).sent).toEqual([]);
  const { sent } = await sendTo({ otlp: "http://127.0.0.1:4318/v1/traces", elsewhere: false });
  expect(sent).toHaveLength(1);
  expect(sent[0]?.body).toContain("invoke_agent steward");
});

test("another computer gets them only where the owner said so", async () => {
  const { sent, logged } = await sendTo({ otlp: "https://collector.example/v1/traces", elsewhere: false });
  expect(sent).toEqual([]);
  expect(logged.join()).toContain("elsewhere");
  expect((await sendTo({ otlp: "https://collector.example/v1/traces", elsewhere: true })).sent).toHaveLength(1);
});

test("a collector that fails is noted and troubles nobody", async () => {
  const { logged } = await sendTo(
    { otlp: "http://localhost:4318/v1/traces", elsewhere: false },
    new Response("", { status: 500 }),
  );
  expect(logged.join()).toContain("500");
});
