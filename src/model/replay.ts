import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { canonicalHash } from "../core/canonical.ts";
import { StewardError } from "../core/errors.ts";
import { modelStops } from "../core/model.ts";
import type { ModelCall, Step } from "./call-step.ts";
import { thinkingSchema } from "./wire.ts";

/** Where answers are kept for later, and whether they are written there or taken from there. */
export interface Cassettes {
  folder: string;
  mode: "record" | "replay";
}

const tokens = z.number().int().min(0);
const cassetteSchema = z.strictObject({
  purpose: z.string(),
  model: z.string(),
  request: z.unknown(),
  reply: z.strictObject({
    content: z.array(
      z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("text"), text: z.string() }),
        z.strictObject({ kind: z.literal("tool_use"), id: z.string(), name: z.string(), input: z.unknown() }),
        z.strictObject({ kind: z.literal("opaque"), block: thinkingSchema }),
      ]),
    ),
    stop: z.enum(modelStops),
    usage: z.strictObject({ input: tokens, cacheWrite: tokens, cacheRead: tokens, output: tokens }).nullable(),
  }),
});

/**
 * Records every answer in a file named by the request, or answers from those files without the network. Contract: a request that was
 * not recorded fails loudly (`not_found`), it is never answered with another's reply.
 */
export function replayStep({ folder, mode }: Cassettes): Step {
  return async (call, next) => {
    const path = join(folder, `${cassetteKey(call)}.json`);
    if (mode === "replay") {
      const reply = await readCassette(path, call);
      for (const one of reply.content) if (one.kind === "text") call.request.onText?.(one.text);
      return reply;
    }
    const reply = await next(call);
    const kept = { purpose: call.request.purpose, model: call.model, request: call.params, reply: keepable(reply) };
    await mkdir(folder, { recursive: true });
    await writeFile(path, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
    return reply;
  };
}

/** A request is the same when only the boundary of its fences differs: that one is new for each run. */
export function cassetteKey({ params }: ModelCall): string {
  const plain = JSON.stringify(params).replaceAll(/(<\/?data-)[0-9a-f]{12}>/g, "$1x>");
  return canonicalHash(JSON.parse(plain));
}

async function readCassette(path: string, call: ModelCall): Promise<z.output<typeof cassetteSchema>["reply"]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new StewardError("not_found", `No answer was recorded for this ${call.request.purpose} request (${path}).`, {
      cure: "Record again: what is asked has changed.",
      cause: error,
    });
  }
  return cassetteSchema.parse(JSON.parse(text)).reply;
}

function keepable(reply: Awaited<ReturnType<Parameters<Step>[1]>>): unknown {
  const content = reply.content.filter((one) => one.kind !== "opaque" || thinkingSchema.safeParse(one.block).success);
  return { ...reply, content };
}
