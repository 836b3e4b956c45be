import type { ModelCaps, ModelRole } from "../../core/model.ts";
import { anthropicBaseUrl, type ModelConfig } from "../../core/model-config.ts";
import { forScreen } from "../../core/untrusted.ts";
import { capsOf } from "../../model/default-caps.ts";
import { priceOf } from "../../model/prices.ts";
import type { BudgetStanding } from "../../store/budget.ts";
import { wrap } from "./width.ts";

/** What the screen about models is made of. */
export interface ModelView {
  config: ModelConfig;
  hasKey: boolean;
  roles: readonly { role: ModelRole; model: string; probed: { caps: ModelCaps; probedAt: string } | null }[];
  standing: BudgetStanding;
  self: string;
}

/** What each thing a server may lack means here, in words. */
const lacks: readonly { has(caps: ModelCaps): boolean; name: string; instead: string }[] = [
  { name: "no counting of tokens", has: (caps) => caps.countTokens, instead: "lengths are estimated, from above" },
  {
    name: "no schema for answers",
    has: (caps) => caps.jsonFormat,
    instead: "the schema stands in the prompt, the JSON is cut out of the answer; what does not fit is shown as unsure",
  },
  { name: "no tools", has: (caps) => caps.toolCall, instead: "it judges and drafts, but works through no requests" },
  {
    name: "no cache",
    has: (caps) => caps.cacheUsage,
    instead: "each call reads everything anew; nothing is lost but time or money",
  },
  {
    name: "no images",
    has: (caps) => caps.images,
    instead: "of photos it gets the name and what is written beside them",
  },
  {
    name: "a short memory",
    has: (caps) => caps.contextTokens >= 24_000,
    instead: "smaller batches; long threads are cut, and it is said where",
  },
];

/** Lines of at most `columns` cells. */
export function modelScreen(view: ModelView, columns: number): string[] {
  const { config, hasKey, self } = view;
  const key = hasKey ? "a key is stored" : "no key is stored";
  const lines = [`Server    ${forScreen(config.baseUrl)} (${key})`];
  if (!hasKey && config.baseUrl === anthropicBaseUrl) {
    lines.push("", `No model is used: everything goes by rules. To use one: ${self} model key`);
    lines.push(`With a server of your own: ${self} model use http://localhost:11434 --judge ID`);
    return lines.flatMap((line) => wrap(line, columns));
  }
  for (const { role, model } of view.roles) {
    lines.push(`${roleWords[role].padEnd(10)}${forScreen(model)}, ${priceWords(model, config)}`);
  }
  lines.push(...budgetLines(view.standing), "");
  for (const { model, probed } of distinct(view.roles)) {
    lines.push(...capsLines(model, capsOf(config, probed?.caps ?? null), probed?.probedAt.slice(0, 10) ?? null));
  }
  if (view.roles.some(({ probed }) => probed === null)) lines.push(`To find out what it can do: ${self} model probe`);
  return lines.flatMap((line) => wrap(line, columns));
}

const roleWords: Record<ModelRole, string> = { judge: "Judges", write: "Writes", summarise: "Sums up" };

/** The same model may have several roles. */
export function distinct<One extends { model: string }>(roles: readonly One[]): One[] {
  return [...new Map(roles.map((one) => [one.model, one])).values()];
}

function priceWords(model: string, config: ModelConfig): string {
  const { known, counted } = priceOf(model, config);
  if (known !== null) return `$${known.input} in, $${known.output} out for a million tokens`;
  if (counted.input === 0) return "no price: it runs in your own network";
  return `price unknown: counted as $${counted.input} in, $${counted.output} out for a million tokens until config.json says (model.prices)`;
}

/** Where the budget stands, in two lines. */
export function budgetLines({ day, month }: BudgetStanding): string[] {
  return [
    `Today     ${dollars(day.spent)} of ${dollars(day.allowed)}`,
    `Month     ${dollars(month.spent)} of ${dollars(month.allowed)}`,
  ];
}

/** What a model can and cannot do, each lack with what happens instead. */
export function capsLines(model: string, caps: ModelCaps, probedAt: string | null): string[] {
  const when = probedAt === null ? "not looked at yet, so the least is taken for granted" : `looked at ${probedAt}`;
  const missing = lacks.filter(({ has }) => !has(caps));
  const head = `${forScreen(model)} (${when}): ${caps.contextTokens.toLocaleString("en")} tokens at once`;
  if (missing.length === 0) return [`${head}; it can do everything.`];
  return [`${head}.`, ...missing.map(({ name, instead }) => `  ${name}: ${instead}`)];
}

/** Micro-dollars: cents to two places, less than a cent to four. */
export function dollars(micros: number): string {
  const usd = micros / 1e6;
  return `$${usd.toFixed(usd !== 0 && Math.abs(usd) < 0.1 ? 4 : 2)}`;
}
