import { z } from "zod";
import { StewardError } from "../core/errors.ts";
import { readBlock, readStop, readUsage, usageSchema, type WireReply } from "./read-reply.ts";

const index = z.number().int().min(0).max(1_000);
const eventSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("message_start"),
    message: z.object({ usage: z.record(z.string(), z.unknown()).nullish() }),
  }),
  z.object({ type: z.literal("content_block_start"), index, content_block: z.record(z.string(), z.unknown()) }),
  z.object({ type: z.literal("content_block_delta"), index, delta: z.record(z.string(), z.unknown()) }),
  z.object({
    type: z.literal("message_delta"),
    delta: z.object({ stop_reason: z.string().nullish() }),
    usage: z.record(z.string(), z.unknown()).nullish(),
  }),
  z.object({ type: z.literal("message_stop") }),
]);

/** What has come of one message. */
interface Coming {
  blocks: Map<number, Record<string, unknown>>;
  inputs: Map<number, string>;
  usage: Record<string, unknown> | null;
  stopReason: string | null;
  ended: boolean;
}

/**
 * Puts a streamed answer together. `onText` gets the text as it comes. Contract: events and deltas that are not known are skipped.
 * Errors: `unavailable` when the stream ends before the message does; nothing of it is used then.
 */
export async function readStream(events: AsyncIterable<unknown>, onText: (text: string) => void): Promise<WireReply> {
  const coming: Coming = { blocks: new Map(), inputs: new Map(), usage: null, stopReason: null, ended: false };
  let isEmpty = true;
  for await (const event of events) {
    isEmpty = false;
    const parsed = eventSchema.safeParse(event);
    if (parsed.success) takeEvent(coming, parsed.data, onText);
  }
  // A page in HTML has no event at all: an answer, but none of a model.
  if (isEmpty) return { content: [], stop: "garbage", usage: null };
  if (!coming.ended) {
    throw new StewardError("unavailable", "The model's answer broke off in the middle.", { cure: "Try again." });
  }
  const content = [...coming.blocks.entries()]
    .sort(([a], [b]) => a - b)
    .map(([at, block]) => readBlock(withInput(block, coming.inputs.get(at))));
  const usage = usageSchema.safeParse(coming.usage);
  return {
    content,
    stop: readStop(coming.stopReason, content),
    usage: usage.success ? readUsage(usage.data) : null,
  };
}

function takeEvent(coming: Coming, event: z.output<typeof eventSchema>, onText: (text: string) => void): void {
  switch (event.type) {
    case "message_start":
      coming.usage = event.message.usage ?? coming.usage;
      return;
    case "content_block_start":
      coming.blocks.set(event.index, { ...event.content_block });
      if (typeof event.content_block["text"] === "string" && event.content_block["text"] !== "") {
        onText(event.content_block["text"]);
      }
      return;
    case "content_block_delta":
      takeDelta(coming, event.index, event.delta, onText);
      return;
    case "message_delta":
      coming.stopReason = event.delta.stop_reason ?? coming.stopReason;
      // Later counts replace earlier ones; those that are not repeated stay.
      coming.usage = event.usage == null ? coming.usage : { ...coming.usage, ...withoutNull(event.usage) };
      return;
    case "message_stop":
      coming.ended = true;
  }
}

function withoutNull(usage: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value != null));
}

/** Which member of a block a delta adds to. */
const members: Readonly<Record<string, string>> = {
  text_delta: "text",
  thinking_delta: "thinking",
  signature_delta: "signature",
};

function takeDelta(coming: Coming, at: number, delta: Record<string, unknown>, onText: (text: string) => void): void {
  const block = coming.blocks.get(at);
  const type = String(delta["type"]);
  if (type === "input_json_delta" && typeof delta["partial_json"] === "string") {
    coming.inputs.set(at, (coming.inputs.get(at) ?? "") + delta["partial_json"]);
  }
  const member = Object.hasOwn(members, type) ? members[type] : undefined;
  const piece = member === undefined ? null : delta[member];
  if (block === undefined || member === undefined || typeof piece !== "string") return;
  const before = block[member];
  block[member] = (typeof before === "string" ? before : "") + piece;
  if (type === "text_delta") onText(piece);
}

/** The input of a tool comes as pieces of JSON; what cannot be read is handed on as text, for the tool's schema to refuse. */
function withInput(block: Record<string, unknown>, json: string | undefined): Record<string, unknown> {
  if (json === undefined || json === "") return block;
  try {
    return { ...block, input: JSON.parse(json) };
  } catch (error) {
    if (error instanceof SyntaxError) return { ...block, input: json };
    throw error;
  }
}
