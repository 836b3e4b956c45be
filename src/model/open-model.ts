import type { Clock } from "../core/clock.ts";
import { StewardError, stopIfAborted } from "../core/errors.ts";
import { type Model, type ModelCaps, type ModelReply, type ModelRequest, modelRoles } from "../core/model.ts";
import type { ModelBooks } from "../core/model-books.ts";
import type { ModelConfig } from "../core/model-config.ts";
import { composeSteps, type ModelCall, type Step } from "./call-step.ts";
import { checkLength, checkStructure } from "./check-request.ts";
import { cutJson } from "./cut-json.ts";
import { capsOf, leastOf } from "./default-caps.ts";
import { guardEgress } from "./guard-egress.ts";
import { keepBooks, usageOf } from "./keep-books.ts";
import { costMicros, priceOf } from "./prices.ts";
import type { WireReply } from "./read-reply.ts";
import { redactRequest } from "./redact-request.ts";
import { type Cassettes, replayStep } from "./replay.ts";
import type { Wire } from "./send-call.ts";
import { toParams } from "./to-params.ts";

export interface ModelSettings {
  config: ModelConfig;
  /** Null where the server asks none. */
  key: string | null;
  /** IANA zone of the owner: their day is the budget's. */
  zone: string;
}

export interface ModelDeps {
  fetch: typeof fetch;
  clock: Clock;
  newId(): string;
  books: ModelBooks;
  /** Records answers, or answers from what was recorded; null is the network. */
  cassettes: Cassettes | null;
}

/** Calls any model of the server as one that can do what `caps` says: for the probe, and for the roles. */
export interface ModelLine {
  call(request: ModelRequest, model: string, caps: ModelCaps): Promise<ModelReply>;
  countTokens: Wire["countTokens"];
}

/** Opens the way to the server in the settings. Errors of `call`: those of `Model`. Contract: opening sends nothing. */
export async function openModel(settings: ModelSettings, deps: ModelDeps): Promise<Model> {
  const { config } = settings;
  const line = await openLine(settings, deps);
  const known = await Promise.all(
    modelRoles.map(async (role) => {
      const model = config.roles[role];
      return [role, { model, caps: capsOf(config, await deps.books.caps(config.baseUrl, model)) }] as const;
    }),
  );
  const byRole = new Map(known);
  return {
    call: async (request) => {
      const role = byRole.get(request.role);
      if (role === undefined) throw new StewardError("internal", "There is no such role.");
      return await line.call(request, role.model, role.caps);
    },
    caps: () => leastOf([...byRole.values()].map(({ caps }) => caps)),
  };
}

/** The steps every call takes, in their order, over the one wire. */
export async function openLine(settings: ModelSettings, deps: ModelDeps): Promise<ModelLine> {
  const { config, key, zone } = settings;
  // Loaded late: a command without a call does not need the wire client.
  const { openWire } = await import("./send-call.ts");
  const fetch = guardEgress(deps.fetch, config.baseUrl, { hasKey: key !== null });
  const wire = openWire({ fetch, clock: deps.clock, baseUrl: config.baseUrl, key });
  const { books, clock, cassettes } = deps;
  const steps: Step[] = [checkStructure, checkLength(wire.countTokens), keepBooks({ books, clock, config, zone })];
  const send = composeSteps(cassettes === null ? steps : [...steps, replayStep(cassettes)], wire.send);
  const call: ModelLine["call"] = async (asked, model, caps) => {
    stopIfAborted(asked.signal);
    const request = redactRequest(asked, key === null ? [] : [key]);
    const made: ModelCall = { id: deps.newId(), request, model, caps, params: await toParams(request, model, caps) };
    return toReply(await send(made), made, config);
  };
  return { call, countTokens: wire.countTokens };
}

function toReply(reply: WireReply, call: ModelCall, config: ModelConfig): ModelReply {
  const price = priceOf(call.model, config).known;
  return {
    callId: call.id,
    model: call.model,
    content: call.request.format === null ? reply.content : reply.content.map(withBareJson),
    stop: reply.stop,
    usage: usageOf(reply, call),
    costUsd: price === null || reply.usage === null ? null : costMicros(price, reply.usage) / 1e6,
  };
}

/** Servers that cannot hold a schema put a fence or a sentence around the JSON. */
function withBareJson(content: ModelReply["content"][number]): ModelReply["content"][number] {
  return content.kind === "text" ? { kind: "text", text: cutJson(content.text) } : content;
}
