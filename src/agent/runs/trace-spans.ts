import { sha256Hex } from "../../core/canonical.ts";
import type { RunTrace } from "./read-trace.ts";

type Value = { stringValue: string } | { intValue: string } | { doubleValue: number };
interface Attribute {
  key: string;
  value: Value;
}

/**
 * A run as OTLP/HTTP JSON: one span for it, one a model call, one a tool. Contract: pure; names and numbers only, never text: a tool
 * is named only when it is one of `toolNames`, because a model may call for anything.
 * Source: https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-agent-spans/
 */
export function traceSpans(trace: RunTrace, toolNames: ReadonlySet<string>): unknown {
  const { run, calls, tools } = trace;
  const traceId = sha256Hex(run.parentId ?? run.id).slice(0, 32);
  const rootId = spanId(run.id, "");
  const inside = { traceId, parentSpanId: rootId };
  const root = {
    traceId,
    spanId: rootId,
    ...(run.parentId === null ? {} : { parentSpanId: spanId(run.parentId, "") }),
    ...timed("invoke_agent steward", run.startedAt ?? run.madeAt, run.endedAt ?? run.madeAt),
    attributes: [
      text("gen_ai.operation.name", "invoke_agent"),
      text("gen_ai.agent.name", "steward"),
      text("steward.run.kind", run.kind),
      text("steward.run.state", run.state),
      ...usageOf(run.usage),
      { key: "steward.cost_usd", value: { doubleValue: run.costUsd } },
    ],
  };
  const asked = calls.map(({ begunAt, at, callId, model, stop, usage }) => ({
    ...inside,
    spanId: spanId(run.id, callId),
    ...timed("chat", begunAt, at),
    attributes: [
      text("gen_ai.operation.name", "chat"),
      text("gen_ai.response.model", model.slice(0, 100)),
      text("steward.stop", stop),
      ...usageOf(usage),
    ],
  }));
  const used = tools.map(({ at, key, name, ended }) => ({
    ...inside,
    spanId: spanId(run.id, key),
    ...timed("execute_tool", at, new Date(Date.parse(at) + (ended?.ms ?? 0)).toISOString()),
    attributes: [
      text("gen_ai.operation.name", "execute_tool"),
      text("gen_ai.tool.name", toolNames.has(name) ? name : "unknown"),
      count("steward.result.characters", ended?.chars ?? 0),
      text("steward.result", ended === null ? "none" : ended.isError ? "error" : "ok"),
    ],
  }));
  const resource = { attributes: [text("service.name", "steward")] };
  const spans = [root, ...asked, ...used];
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "steward" }, spans }] }] };
}

function usageOf({ input, cacheRead, cacheWrite, output }: RunTrace["run"]["usage"]): Attribute[] {
  return [
    count("gen_ai.usage.input_tokens", input + cacheRead + cacheWrite),
    count("gen_ai.usage.cache_read.input_tokens", cacheRead),
    count("gen_ai.usage.cache_creation.input_tokens", cacheWrite),
    count("gen_ai.usage.output_tokens", output),
  ];
}

function timed(name: string, from: string, to: string) {
  const nanoseconds = (instant: string): string => `${Date.parse(instant)}000000`;
  return { name, kind: 1, startTimeUnixNano: nanoseconds(from), endTimeUnixNano: nanoseconds(to) };
}

function spanId(runId: string, key: string): string {
  return sha256Hex(`${runId} ${key}`).slice(0, 16);
}

function text(key: string, value: string): Attribute {
  return { key, value: { stringValue: value } };
}

function count(key: string, value: number): Attribute {
  return { key, value: { intValue: String(value) } };
}
