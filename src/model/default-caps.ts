import type { ModelCaps } from "../core/model.ts";
import { anthropicBaseUrl, type ModelConfig } from "../core/model-config.ts";

/** No request is longer, whatever a model could take: a mistake has to stay small, and prices rise above it. Tokens. */
export const longestRequest = 100_000;

/** What servers of others can do for certain, before anybody looked. */
const leastCaps: ModelCaps = {
  auth: true,
  countTokens: false,
  jsonFormat: false,
  toolCall: true,
  cacheUsage: false,
  images: false,
  contextTokens: 32_000,
};
const anthropicCaps: ModelCaps = {
  auth: true,
  countTokens: true,
  jsonFormat: true,
  toolCall: true,
  cacheUsage: true,
  images: true,
  contextTokens: longestRequest,
};

/** What a model on a server can do: as probed, else by whose server it is; the owner's own number of tokens goes first. */
export function capsOf(config: ModelConfig, probed: ModelCaps | null): ModelCaps {
  const caps = probed ?? (config.baseUrl === anthropicBaseUrl ? anthropicCaps : leastCaps);
  return { ...caps, contextTokens: Math.min(config.contextTokens ?? caps.contextTokens, longestRequest) };
}

/** What all of several models can do. */
export function leastOf(all: readonly ModelCaps[]): ModelCaps {
  return {
    auth: all.every(({ auth }) => auth),
    countTokens: all.every(({ countTokens }) => countTokens),
    jsonFormat: all.every(({ jsonFormat }) => jsonFormat),
    toolCall: all.every(({ toolCall }) => toolCall),
    cacheUsage: all.every(({ cacheUsage }) => cacheUsage),
    images: all.every(({ images }) => images),
    contextTokens: Math.min(longestRequest, ...all.map(({ contextTokens }) => contextTokens)),
  };
}
