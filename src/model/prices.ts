import type { ModelUsage } from "../core/model.ts";
import type { ModelConfig } from "../core/model-config.ts";
import { isLocalServer } from "../core/model-config.ts";

/** US dollars for a million tokens. `above`: what everything costs in a request with more input tokens than that. */
export interface ModelPrice {
  input: number;
  output: number;
  cacheWrite: number;
  cacheRead: number;
  above?: { tokens: number; times: number };
}

/** A model we know: its price, and whether it may be told how hard to think. */
interface KnownModel {
  price: ModelPrice;
  effort: boolean;
}

/**
 * Source: https://platform.claude.com/docs/en/about-claude/pricing, read in November 2026. Writing is to the cache of five minutes;
 * for Fable 5.1 its price and the one of reading are 1.25 and 0.1 of the input's, as that page says in general.
 */
const knownModels: Readonly<Record<string, KnownModel>> = {
  "claude-haiku-5-5": {
    price: { input: 0.1, output: 0.5, cacheWrite: 0.125, cacheRead: 0.01, above: { tokens: 100_000, times: 5 } },
    effort: true,
  },
  "claude-sonnet-5-5": { price: { input: 2, output: 10, cacheWrite: 2.5, cacheRead: 0.2 }, effort: true },
  "claude-opus-5-5": { price: { input: 4, output: 20, cacheWrite: 5, cacheRead: 0.2 }, effort: true },
  "claude-fable-5-1": { price: { input: 10, output: 50, cacheWrite: 12.5, cacheRead: 1 }, effort: true },
  "claude-haiku-4-5": { price: { input: 1, output: 5, cacheWrite: 1.25, cacheRead: 0.1 }, effort: false },
};

/** What counts against the budget where a server elsewhere asks a price nobody knows: the dearest that is known. */
const dearest: ModelPrice = { input: 10, output: 50, cacheWrite: 12.5, cacheRead: 1 };
const free: ModelPrice = { input: 0, output: 0, cacheWrite: 0, cacheRead: 0 };

/** The price of a model: what it is known to cost (null when nobody knows), and what counts against the budget. */
export function priceOf(
  model: string,
  config: Pick<ModelConfig, "baseUrl" | "prices">,
): { known: ModelPrice | null; counted: ModelPrice } {
  const own = Object.hasOwn(config.prices, model) ? config.prices[model] : undefined;
  if (own !== undefined) {
    const known = { ...own, cacheWrite: own.cacheWrite ?? own.input, cacheRead: own.cacheRead ?? own.input };
    return { known, counted: known };
  }
  const known = knownModels[plainId(model)]?.price ?? null;
  return { known, counted: known ?? (isLocalServer(config.baseUrl) ? free : dearest) };
}

/** Whether this is a model of Anthropic's that we know, whoever serves it: all of them read more than we ever send. */
export function isKnownModel(model: string): boolean {
  return Object.hasOwn(knownModels, plainId(model));
}

/** Whether a model takes `effort`; others refuse the whole request for it. */
export function allowsEffort(model: string): boolean {
  return knownModels[plainId(model)]?.effort ?? false;
}

/** What tokens cost, in whole micro-dollars, rounded up. */
export function costMicros(price: ModelPrice, usage: ModelUsage): number {
  const total = usage.input + usage.cacheWrite + usage.cacheRead;
  const times = price.above !== undefined && total > price.above.tokens ? price.above.times : 1;
  const micros =
    usage.input * price.input +
    usage.cacheWrite * price.cacheWrite +
    usage.cacheRead * price.cacheRead +
    usage.output * price.output;
  return Math.ceil(micros * times);
}

/** The most a request can cost: everything written to the cache at once, and every token of output used. */
export function highestMicros(price: ModelPrice, inputTokens: number, maxTokens: number): number {
  const dear = { ...price, input: Math.max(price.input, price.cacheWrite) };
  return costMicros(dear, { input: inputTokens, cacheWrite: 0, cacheRead: 0, output: maxTokens });
}

/** `anthropic/claude-haiku-5.5` and `claude-haiku-4-5-20251001` are models we know by another name. */
function plainId(model: string): string {
  return (model.split("/").at(-1) ?? model).replaceAll(".", "-").replace(/-\d{8}$/, "");
}
