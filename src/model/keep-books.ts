import { budgetLimits } from "../core/budget-limits.ts";
import { canonicalHash, sha256Hex } from "../core/canonical.ts";
import type { Clock } from "../core/clock.ts";
import { StewardError } from "../core/errors.ts";
import type { BudgetRefusal, ModelBooks, NewModelCall } from "../core/model-books.ts";
import type { ModelConfig } from "../core/model-config.ts";
import type { ModelCall, Step } from "./call-step.ts";
import { estimateParams } from "./check-request.ts";
import { costMicros, highestMicros, priceOf } from "./prices.ts";
import type { WireReply } from "./read-reply.ts";
import type { WireParams } from "./wire.ts";

export interface BooksDeps {
  books: ModelBooks;
  clock: Clock;
  config: ModelConfig;
  /** Of the owner: when their day begins. IANA. */
  zone: string;
}

/**
 * Reserves the most a call can cost before it is made, and writes down what it did cost and say. Contract: nothing is sent when the
 * budget has no room (`budget`), and nothing that costs money is sent unbooked; a failed call costs what was reserved only where it is
 * not known whether the server worked on it.
 */
export function keepBooks({ books, clock, config, zone }: BooksDeps): Step {
  return async (call, next) => {
    const price = priceOf(call.model, config);
    const reservedMicros = highestMicros(price.counted, estimateParams(call.params), call.params.max_tokens);
    const limits = budgetLimits(config.budget, zone, clock.now());
    const refusal = await books.reserve(newCall(call, reservedMicros), limits);
    if (refusal !== null) throw nothingLeft(refusal, reservedMicros);
    const beganMs = clock.now();
    try {
      const reply = await next(call);
      const { usage } = reply;
      await books.settle(call.id, {
        usage,
        countedMicros: usage === null ? null : costMicros(price.counted, usage),
        costMicros: usage === null || price.known === null ? null : costMicros(price.known, usage),
        stop: reply.stop,
        ms: clock.now() - beganMs,
        error: null,
        reply: JSON.stringify(reply.content),
      });
      return reply;
    } catch (error) {
      const code = error instanceof StewardError ? error.code : "internal";
      await books.settle(call.id, {
        usage: null,
        countedMicros: isUnpaid(code) ? 0 : null,
        costMicros: null,
        stop: null,
        ms: clock.now() - beganMs,
        error: error instanceof StewardError ? `${code}: ${error.message}` : code,
        reply: null,
      });
      throw error;
    }
  };
}

/** What a server refuses it asks no money for; a call that was stopped or broke off it may have worked on. */
function isUnpaid(code: string): boolean {
  return ["needs_reauth", "config", "usage", "rate_limited", "not_found"].includes(code);
}

function newCall({ id, request, model, params }: ModelCall, reservedMicros: number): NewModelCall {
  return {
    id,
    runId: request.runId,
    role: request.role,
    purpose: request.purpose,
    model,
    requestSha256: sha256Hex(JSON.stringify(params)),
    prefixSha256: prefixHash(params),
    request: JSON.stringify(params, (key, value: unknown) => (key === "data" ? shortData(value) : value)),
    reservedMicros,
  };
}

/** SHA-256 of what stays the same in a run: the tools and the system text. */
export function prefixHash(params: WireParams): string {
  return canonicalHash({ tools: params.tools ?? [], system: params.system });
}

/** The bytes of an image are an original of the owner's: the trace names them. */
function shortData(value: unknown): unknown {
  return typeof value === "string" && value.length > 500 ? `sha256:${sha256Hex(value)}` : value;
}

const spanWords = {
  day: "Today's budget for models",
  month: "This month's budget for models",
  run: "What one request may cost",
} as const;

function nothingLeft({ span, spentMicros, allowedMicros }: BudgetRefusal, reservedMicros: number): StewardError {
  const words = `${spanWords[span]} is ${dollars(allowedMicros)}: ${dollars(spentMicros)} is spent, and this call could cost ${dollars(reservedMicros)}.`;
  const cure =
    span === "run"
      ? "Ask for less at once, or raise model.budget.runUsd in config.json."
      : "Allow more: steward budget allow 2. Everything that needs no model goes on.";
  return new StewardError("budget", words, { cure });
}

function dollars(micros: number): string {
  const usd = micros / 1e6;
  return `$${usd.toFixed(usd !== 0 && usd < 0.1 ? 4 : 2)}`;
}

/** An answer of a server that does not count: what it was about, so that a run's own limits hold. */
export function usageOf(reply: WireReply, call: ModelCall): NonNullable<WireReply["usage"]> {
  if (reply.usage !== null) return reply.usage;
  const output = Math.ceil(JSON.stringify(reply.content).length / 3.2);
  return { input: estimateParams(call.params), cacheWrite: 0, cacheRead: 0, output };
}
