import { findModel } from "./catalogue.ts";
import type { Usage } from "./messages-api.ts";

/** Source: pricing page; ten dollars for a thousand searches. */
const searchUsd = 0.01;

/** US dollars of a call; 0 where the model has no price. */
export function priceOf(modelId: string, usage: Usage): number {
  const model = findModel(modelId);
  if (model === null) return 0;
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
  const prices = model.above !== undefined && prompt > model.above.tokens ? model.above.prices : model.prices;
  const tokens =
    usage.input * prices.input +
    usage.cacheRead * prices.read +
    usage.cacheWrite5m * prices.write5m +
    usage.cacheWrite1h * prices.write1h +
    usage.output * prices.output;
  return tokens / 1_000_000 + usage.webSearches * searchUsd;
}
