import { Anthropic } from "@anthropic-ai/sdk";
import type { Clock } from "../core/clock.ts";
import type { StewardError } from "../core/errors.ts";
import type { ModelCall, Send } from "./call-step.ts";
import { nameFailure } from "./name-failure.ts";
import { readReply, type WireReply } from "./read-reply.ts";
import { readStream } from "./read-stream.ts";
import type { WireParams } from "./wire.ts";

export interface SendDeps {
  /** Already guarded: it reaches the one server only. */
  fetch: typeof fetch;
  clock: Clock;
  baseUrl: string;
  /** Null where the server asks none. */
  key: string | null;
}

/** The wire: sends a call, and asks how long one would be. */
export interface Wire {
  send: Send;
  /** Tokens of a request as the server counts them; null when it cannot. */
  countTokens(params: WireParams, signal: AbortSignal): Promise<number | null>;
}

const retries = 2;
/** A server that asks for more patience than this gets it from the next run, not from this call. */
const longestWaitMs = 20_000;
/** Above this many tokens of output a connection without a word for so long is cut by what lies between. */
const longestUnstreamed = 16_000;

/** Contract: a call is tried again at most twice, and never once its text has been shown. Errors: those of `Model`. */
export function openWire(deps: SendDeps): Wire {
  const client = openClient(deps);
  const place = { host: new URL(deps.baseUrl).host, hasKey: deps.key !== null };
  const send: Send = async (call) => {
    const { signal, onText } = call.request;
    let shown = false;
    const show = (text: string): void => {
      shown = true;
      onText?.(text);
    };
    for (let attempt = 0; ; attempt += 1) {
      const isLast = attempt === retries;
      try {
        const reply = await sendOnce(client, call, show);
        if (isLast || reply.stop !== "garbage" || reply.content.length > 0 || reply.usage !== null) return reply;
        await deps.clock.sleep(waitMs(attempt, null), signal);
      } catch (error) {
        const failure = nameFailure(error, { ...place, model: call.model, signal });
        const wait = waitMs(attempt, failure.error);
        if (!failure.isWorthRetrying || isLast || shown || wait > longestWaitMs) throw failure.error;
        await deps.clock.sleep(wait, signal).catch((cause: unknown) => {
          throw nameFailure(cause, { ...place, model: call.model, signal }).error;
        });
      }
    }
  };
  const countTokens: Wire["countTokens"] = async ({ max_tokens: _max, output_config: _output, ...body }, signal) => {
    try {
      const counted = await client.post<unknown>("/v1/messages/count_tokens", { body, signal, timeout: 20_000 });
      const tokens: unknown =
        typeof counted === "object" && counted !== null ? Reflect.get(counted, "input_tokens") : null;
      return typeof tokens === "number" && Number.isFinite(tokens) ? tokens : null;
    } catch (error) {
      const failure = nameFailure(error, { ...place, model: body.model, signal });
      if (failure.error.code === "interrupted" || failure.error.code === "needs_reauth") throw failure.error;
      return null;
    }
  };
  return { send, countTokens };
}

async function sendOnce(client: Anthropic, call: ModelCall, show: (text: string) => void): Promise<WireReply> {
  const { request, params } = call;
  const timeoutMs = 120_000 + params.max_tokens * 30;
  // The client's own limit ends with the headers; a stream may fall silent after them.
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]);
  const options = { signal, timeout: timeoutMs };
  if (request.onText === undefined && params.max_tokens <= longestUnstreamed) {
    return readReply(await client.post<unknown>("/v1/messages", { body: params, ...options }));
  }
  const body = { ...params, stream: true };
  const events = await client.post<AsyncIterable<unknown>>("/v1/messages", { body, stream: true, ...options });
  return await readStream(events, show);
}

/** Everything is said explicitly: the client would read keys, addresses, headers and profiles from its environment. */
function openClient({ fetch, baseUrl, key }: SendDeps): Anthropic {
  const quiet = (): void => undefined;
  return new Anthropic({
    apiKey: key ?? "none",
    baseURL: baseUrl,
    webhookKey: null,
    maxRetries: 0,
    fetch,
    logLevel: "off",
    logger: { error: quiet, warn: quiet, info: quiet, debug: quiet },
    openTelemetry: false,
  });
}

function waitMs(attempt: number, error: StewardError | null): number {
  return error?.retryAfterMs ?? 500 * 2 ** attempt;
}
