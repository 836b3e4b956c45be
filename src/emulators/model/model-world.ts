import { Hono } from "hono";
import { answerRequest } from "./answer-request.ts";
import { ApiFailure, ModelDropped } from "./api-failure.ts";
import { catalogue } from "./catalogue.ts";
import { createModelFaults, type ModelFaultScript } from "./model-faults.ts";
import type { Policy } from "./policy.ts";
import { createPrefixCache } from "./prefix-cache.ts";
import { type Profile, type ProfileName, profiles } from "./profiles.ts";
import { createRequestLog, type RequestLog } from "./request-log.ts";
import { makeId } from "./write-message.ts";

export interface ModelWorldOptions {
  policy: Policy;
  /** `anthropic` without it. A profile of one's own is `{ ...profiles.ollama, contextTokens: 8192 }`. */
  profile?: ProfileName | Profile;
  /** Milliseconds since 1970; moves what the prefix cache keeps. Stands still at 0 without it. */
  now?(): number;
  /** The one key that is taken; any without it, though the anthropic profile needs some key. */
  key?: string;
  /** How `delay` faults and slow servers wait; real time without it. */
  sleep?(ms: number): Promise<void>;
  /** Path of the pages that web searches find, `data/demo/web.json`; without it the policy answers searches too. */
  webPath?: string;
}

/** An emulated model server. */
export interface ModelWorld extends RequestLog {
  app: Hono;
  /** In-process requests, without a port; a dropped connection rejects as the real `fetch` does. */
  fetch: typeof fetch;
  faults: ModelFaultScript;
  profile: Profile;
  /** Another model plays from now on. */
  play(policy: Policy): void;
  /** Forgets requests, faults and everything cached. */
  reset(): void;
}

/** What a request is answered from. */
export interface ServerState {
  profile: Profile;
  policy: Policy;
  key: string | null;
  webPath: string | null;
  cache: ReturnType<typeof createPrefixCache>;
  log: RequestLog;
  faults: ModelFaultScript;
  sleep(ms: number): Promise<void>;
}

/** Makes a server. Contract: the same options and requests in the same order give the same answers. */
export function createModelWorld(options: ModelWorldOptions): ModelWorld {
  const now = options.now ?? (() => 0);
  const profile = typeof options.profile === "object" ? options.profile : profiles[options.profile ?? "anthropic"];
  const state: ServerState = {
    profile,
    policy: options.policy,
    key: options.key ?? null,
    webPath: options.webPath ?? null,
    cache: createPrefixCache(now),
    log: createRequestLog(now),
    faults: createModelFaults(),
    sleep: options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms))),
  };
  const app = mount(state);
  return {
    ...state.log,
    app,
    fetch: async (input, init) => {
      try {
        return await app.request(input instanceof URL ? input.href : input, init);
      } catch (error) {
        if (error instanceof ModelDropped) throw new TypeError("fetch failed", { cause: error });
        throw error;
      }
    },
    faults: state.faults,
    profile,
    play: (policy) => {
      state.policy = policy;
    },
    reset: () => {
      state.log.clear();
      state.faults.clear();
      state.cache.clear();
    },
  };
}

function mount(state: ServerState): Hono {
  const app = new Hono();
  app.onError((error) => {
    if (error instanceof ModelDropped) throw error;
    return failureAnswer(
      error instanceof ApiFailure
        ? error
        : new ApiFailure(500, "api_error", `The emulator itself failed: ${error.message}`),
      state.log.requests().length,
    );
  });
  app.notFound((c) => notFound(c.req.path, state));
  app.post("/v1/messages", async (c) => answerRequest(c.req.raw, state, false));
  if (state.profile.countTokens) {
    app.post("/v1/messages/count_tokens", async (c) => answerRequest(c.req.raw, state, true));
  }
  app.get("/v1/models", (c) => c.json(listModels()));
  app.get("/v1/models/:id", (c) => {
    const model = listModels().data.find(({ id }) => id === c.req.param("id"));
    return model === undefined ? notFound(c.req.path, state) : c.json(model);
  });
  return app;
}

function notFound(path: string, { profile, log }: ServerState): Response {
  if (!profile.strict)
    return new Response("404 page not found", { status: 404, headers: { "content-type": "text/plain" } });
  return failureAnswer(new ApiFailure(404, "not_found_error", `Not found: ${path}`), log.requests().length);
}

function failureAnswer(failure: ApiFailure, serial: number): Response {
  const requestId = makeId("req", serial);
  return new Response(JSON.stringify(failure.toBody(requestId)), {
    status: failure.status,
    headers: { "content-type": "application/json", "request-id": requestId, ...failure.headers },
  });
}

function listModels() {
  const data = catalogue.map(({ id, line, contextTokens, maxTokens }) => ({
    type: "model",
    id,
    line,
    display_name: id,
    created_at: "2026-10-01T00:00:00Z",
    lifecycle: "active",
    retires_at: null,
    max_input_tokens: contextTokens,
    max_tokens: maxTokens,
  }));
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}
