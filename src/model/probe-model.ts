import { StewardError } from "../core/errors.ts";
import type { ModelCaps, ModelReply, ModelRequest, ModelRole } from "../core/model.ts";
import { purposeLine } from "../core/model.ts";
import { isLocalServer } from "../core/model-config.ts";
import { longestRequest } from "./default-caps.ts";
import { type ModelDeps, type ModelLine, type ModelSettings, openLine } from "./open-model.ts";
import { isKnownModel } from "./prices.ts";
import { redSquare } from "./red-square.ts";

/** What is asked while looking: nothing is taken for granted, so that the request has in it what is being looked for. */
const allCaps: ModelCaps = {
  auth: true,
  countTokens: false,
  jsonFormat: true,
  toolCall: true,
  cacheUsage: true,
  images: true,
  contextTokens: longestRequest,
};

/** One line at a time, what is being looked for. */
export type TellProbe = (doing: string) => void;

/**
 * Finds out what a model on a server can do, with seven kinds of small request (about 30,000 tokens on a server of the owner's own,
 * 3,000 at Anthropic). Contract: stores nothing; what a server refuses it cannot do; a server that is down, asks to slow down, or does not
 * take the key is an error and no finding. Errors: those of `Model`.
 */
export async function probeModel(
  settings: ModelSettings,
  deps: ModelDeps,
  asked: { model: string; role: ModelRole; signal: AbortSignal; tell: TellProbe },
): Promise<ModelCaps> {
  const line = await openLine(settings, { ...deps, cassettes: null });
  const probe: Probe = { line, ...asked };
  asked.tell("does it answer");
  const first = await say(probe, {}, "Say ok.");
  if (first.stop === "garbage" && first.content.length === 0) {
    throw new StewardError("config", "What is at that address answers, but not as a server of the Messages API.", {
      cure: "Give the part of its address before /v1/messages: steward model use URL",
    });
  }
  asked.tell("does it count tokens");
  const counted = await line.countTokens(plainParams(asked.model), asked.signal);
  asked.tell("does it hold an answer to a schema");
  const jsonFormat = await holds(() => holdsSchema(probe));
  asked.tell("does it call tools");
  const toolCall = await holds(() => callsTool(probe));
  asked.tell("does it keep prefixes in a cache");
  const cacheUsage = await holds(() => readsCache(probe));
  asked.tell("does it see images");
  const images = await holds(() => seesImage(probe));
  asked.tell("how much does it really read");
  const isLong = isKnownModel(asked.model) && !isLocalServer(settings.config.baseUrl);
  const contextTokens = settings.config.contextTokens ?? (isLong ? longestRequest : await measureContext(probe));
  return { auth: true, countTokens: counted !== null, jsonFormat, toolCall, cacheUsage, images, contextTokens };
}

interface Probe {
  line: ModelLine;
  model: string;
  role: ModelRole;
  signal: AbortSignal;
}

/** A refusal of the request is a finding; everything else that goes wrong is none. */
async function holds(look: () => Promise<boolean>): Promise<boolean> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof StewardError && (error.code === "config" || error.code === "usage")) return false;
    throw error;
  }
}

/** It is asked for prose and given a schema: only a server that enforces it answers with JSON. */
async function holdsSchema(probe: Probe): Promise<boolean> {
  const schema = {
    type: "object",
    properties: { ok: { type: "boolean" } },
    required: ["ok"],
    additionalProperties: false,
  };
  const text = textOf(await say(probe, { format: schema }, "Write one friendly sentence about the sea, without JSON."));
  return /^\s*\{\s*"ok"\s*:\s*(?:true|false)\s*\}\s*$/.test(text);
}

async function callsTool(probe: Probe): Promise<boolean> {
  const tool = {
    name: "look_up",
    description: "Looks up the number of a house by its colour.",
    schema: { type: "object", properties: { colour: { type: "string" } }, required: ["colour"] },
  };
  const reply = await say(
    probe,
    { tools: [tool] },
    "Call the tool look_up for the green house. Do not answer yourself.",
  );
  return reply.content.some((one) => one.kind === "tool_use" && one.name === "look_up");
}

/** Longer than the 512 tokens below which nothing is kept; new for each probe, so that an earlier one is not read. */
async function readsCache(probe: Probe): Promise<boolean> {
  const lines = Array.from({ length: 130 }, (_, at) => `Line ${at} of a text that stays the same in both requests.`);
  const system = `${purposeLine("probe")}\n${lines.join("\n")}`;
  await say(probe, { system }, "Say one.");
  const second = await say(probe, { system }, "Say two.");
  return second.usage.cacheRead > 0;
}

async function seesImage(probe: Probe): Promise<boolean> {
  const reply = await say(
    probe,
    { image: redSquare() },
    "Which colour is this square? Answer with one word in English.",
  );
  return /\bred\b/i.test(textOf(reply));
}

/** A word at the very beginning is found only when nothing was cut away. Tokens of the request, and what is believed then. */
const depths = [
  { filler: 6_000, believed: 8_000 },
  { filler: 20_000, believed: 24_000 },
] as const;

/** Plain words: every tokenizer makes at least as many tokens of them. */
const fillerLine = "The house at the end of the long road was grey.\n";
const tokensOfLine = 11;

async function measureContext(probe: Probe): Promise<number> {
  let believed = 4_000;
  for (const depth of depths) {
    const word = `quartz${depth.filler / 1000}`;
    const filler = fillerLine.repeat(Math.ceil(depth.filler / tokensOfLine));
    const question = `The secret word is ${word}.\n${filler}What is the secret word? Answer with that word alone.`;
    if (!(await holds(async () => textOf(await say(probe, {}, question)).includes(word)))) return believed;
    believed = depth.believed;
  }
  return believed;
}

async function say(
  { line, model, role, signal }: Probe,
  change: { system?: string; format?: unknown; tools?: ModelRequest["tools"]; image?: string },
  words: string,
): Promise<ModelReply> {
  const { image } = change;
  const request: ModelRequest = {
    role,
    purpose: "probe",
    runId: null,
    system: change.system ?? purposeLine("probe"),
    tools: change.tools ?? [],
    messages: [
      {
        role: "user",
        content: [
          ...(image === undefined ? [] : [{ kind: "image" as const, mediaType: "image/png", base64: image }]),
          { kind: "text", text: words },
        ],
      },
    ],
    // Thinking counts: less would come back empty.
    maxTokens: 1_024,
    format: change.format ?? null,
    effort: "low",
    signal,
  };
  return await line.call(request, model, allCaps);
}

function textOf(reply: ModelReply): string {
  return reply.content.map((one) => (one.kind === "text" ? one.text : "")).join("");
}

function plainParams(model: string): Parameters<ModelLine["countTokens"]>[0] {
  return {
    model,
    max_tokens: 1,
    system: [{ type: "text", text: purposeLine("probe") }],
    messages: [{ role: "user", content: [{ type: "text", text: "Say ok." }] }],
  };
}
