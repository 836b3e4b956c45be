import { Hono } from "hono";
import { uuidv7 } from "../../src/core/ids.ts";
import type { Model, ModelRequest } from "../../src/core/model.ts";
import { type ModelConfig, modelConfigSchema } from "../../src/core/model-config.ts";
import { openModel } from "../../src/model/open-model.ts";
import type { Cassettes } from "../../src/model/replay.ts";
import { modelBooks } from "../../src/store/model-calls.ts";
import type { Store } from "../../src/store/open-store.ts";

export const key = "sk-ant-test-0123456789abcdef";

export interface Asked {
  url: string;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

export type Answer = (asked: Asked, nth: number) => Response | Promise<Response>;

/** A server of the Messages API that answers as told, and keeps what it was asked. */
export interface MessagesServer {
  asked: Asked[];
  fetch: typeof fetch;
}

export function makeServer(answer: Answer, countTokens?: (body: Record<string, unknown>) => number): MessagesServer {
  const asked: Asked[] = [];
  const app = new Hono();
  app.post("/v1/messages", async (context) => {
    const one = { url: context.req.url, headers: context.req.header(), body: await context.req.json() };
    asked.push(one);
    return await answer(one, asked.length);
  });
  app.post("/v1/messages/count_tokens", async (context) => {
    if (countTokens === undefined) return context.notFound();
    return context.json({ input_tokens: countTokens(await context.req.json()) });
  });
  const serve: typeof fetch = async (input, init) => await app.request(String(input), init);
  return { asked, fetch: serve };
}

export function message(
  content: unknown[],
  options: { stop?: string | null; usage?: Record<string, unknown> | null } = {},
): Response {
  return Response.json({
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-haiku-5-5",
    content,
    stop_reason: options.stop === undefined ? "end_turn" : options.stop,
    usage: options.usage === undefined ? { input_tokens: 100, output_tokens: 10 } : options.usage,
  });
}

export const text = (words: string): { type: "text"; text: string } => ({ type: "text", text: words });

export function events(list: readonly Record<string, unknown>[], tail = ""): Response {
  const body = list.map((one) => `event: ${String(one["type"])}\ndata: ${JSON.stringify(one)}\n\n`).join("");
  return new Response(body + tail, { headers: { "content-type": "text/event-stream" } });
}

export function failure(status: number, type: string, words: string, headers: Record<string, string> = {}): Response {
  return Response.json({ type: "error", error: { type, message: words } }, { status, headers });
}

export const nowMs = Date.parse("2026-11-20T12:00:00Z");

export interface Opened {
  model: Model;
  /** How long was waited between tries. */
  waits: number[];
}

export async function open(
  store: Store,
  server: { fetch: typeof fetch },
  options: { config?: unknown; key?: string | null; cassettes?: Cassettes; now?: () => number } = {},
): Promise<Opened> {
  const waits: number[] = [];
  const config: ModelConfig = modelConfigSchema.parse(options.config ?? {});
  const model = await openModel(
    { config, key: options.key === undefined ? key : options.key, zone: "Europe/Berlin" },
    {
      fetch: server.fetch,
      clock: {
        now: options.now ?? (() => nowMs),
        sleep: async (ms) => {
          waits.push(ms);
        },
      },
      newId: () => uuidv7(nowMs),
      books: modelBooks(store),
      cassettes: options.cassettes ?? null,
    },
  );
  return { model, waits };
}

export function request(change: Partial<ModelRequest> = {}): ModelRequest {
  return {
    role: "judge",
    purpose: "judge",
    runId: "run-1",
    system: "# steward: judge\nJudge.",
    tools: [],
    messages: [{ role: "user", content: [{ kind: "text", text: "Hello" }] }],
    maxTokens: 1_000,
    format: null,
    effort: null,
    signal: new AbortController().signal,
    ...change,
  };
}
