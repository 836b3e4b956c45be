import { z } from "zod";
import { readPublicUrl } from "./public-url.ts";

/** Anthropic's own server. Source: https://docs.claude.com/en/api/messages */
export const anthropicBaseUrl = "https://api.anthropic.com";

const usd = z.number({ error: "is not an amount of dollars" }).min(0, { error: "is less than nothing" });
const id = z.string().regex(/^\S{1,200}$/, { error: "is not the id of a model" });

/** US dollars for a million tokens. */
export const modelPriceSchema = z.strictObject({
  input: usd,
  output: usd,
  /** Written to and read from a cache; without them what `input` costs. */
  cacheWrite: usd.optional(),
  cacheRead: usd.optional(),
});

const rolesSchema = z.strictObject({
  judge: id.default("claude-haiku-5-5"),
  write: id.default("claude-sonnet-5-5"),
  summarise: id.default("claude-haiku-5-5"),
});

const budgetSchema = z.strictObject({
  dayUsd: usd.default(2),
  monthUsd: usd.default(20),
  /** One request with everything it takes. */
  runUsd: usd.default(1),
});

/** The section `model` of config.json. */
export const modelConfigSchema = z.strictObject({
  /** Any server that speaks the Messages API: the part before `/v1/messages`. */
  baseUrl: z
    .string()
    .default(anthropicBaseUrl)
    .refine(isModelUrl, { error: "is no https address (http only for this computer and the local network)" })
    .transform((text) => text.replace(/\/+$/, "")),
  /** Ids of models, by what they do. */
  roles: rolesSchema.prefault({}),
  /** Hard limits in US dollars. What costs nothing goes on when they are reached. */
  budget: budgetSchema.prefault({}),
  /** Tokens one request may have, where the server takes fewer than it says; null is what the probe found. */
  contextTokens: z
    .number({ error: "is not a number of tokens" })
    .int({ error: "is not a number of tokens" })
    .min(2_000, { error: "is less than 2000" })
    .max(100_000, { error: "is more than 100000" })
    .nullable()
    .default(null),
  /** By id of the model, where steward knows none or another one. */
  prices: z.record(z.string(), modelPriceSchema).default({}),
});
export type ModelConfig = z.output<typeof modelConfigSchema>;

/** The keys that a part of the section has, for the message about one it has not. */
export function modelConfigKeys(path: readonly string[]): string[] {
  if (path[0] === "roles") return Object.keys(rolesSchema.shape);
  if (path[0] === "budget") return Object.keys(budgetSchema.shape);
  if (path[0] === "prices") return Object.keys(modelPriceSchema.shape);
  return Object.keys(modelConfigSchema.shape);
}

/** Whether a server is on this computer or in a network of the owner's own, and so asks no money. Contract: pure, never throws. */
export function isLocalServer(baseUrl: string): boolean {
  return "reason" in readPublicUrl(baseUrl);
}

/** Mail and keys do not cross the internet in the clear, and an address holds no password. */
function isModelUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return false;
  if (url.protocol === "https:") return true;
  return url.protocol === "http:" && isLocalServer(text);
}
