import { z } from "zod";
import { modelStops } from "./model.ts";
import { runLimits, runStates } from "./run.ts";

/** One part of a message as a run keeps it: a picture by the SHA-256 of kept bytes, everything else as the model has it. */
const keptContentSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("text"), text: z.string() }),
  z.strictObject({ kind: z.literal("image"), mediaType: z.string(), sha256: z.string() }),
  z.strictObject({ kind: z.literal("tool_use"), id: z.string(), name: z.string(), input: z.unknown() }),
  z.strictObject({ kind: z.literal("opaque"), block: z.unknown() }),
]);
export type KeptContent = z.output<typeof keptContentSchema>;

const usageSchema = z.strictObject({
  input: z.number(),
  cacheWrite: z.number(),
  cacheRead: z.number(),
  output: z.number(),
});
const costUsd = z.number().nullable();
const ids = z.array(z.number());

/**
 * What happens in a run, in order, each kept before it has an effect. `key` is the place of a tool's call in the run
 * (`<model call>.<position>`), the same however often the run is taken up again.
 */
export const runEventSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("begun"),
    body: z.strictObject({
      system: z.string(),
      first: z.array(keptContentSchema),
      /** Of tools and system text, as the model gets them. */
      prefixSha256: z.string(),
      /** What stood in the first message already, and what the owner pointed at. */
      itemIds: ids,
      threadIds: ids,
    }),
  }),
  /** Another process goes on with it. */
  z.strictObject({ kind: z.literal("resumed"), body: z.strictObject({}) }),
  z.strictObject({ kind: z.literal("asked"), body: z.strictObject({ turn: z.number() }) }),
  z.strictObject({
    kind: z.literal("answered"),
    body: z.strictObject({
      callId: z.string(),
      model: z.string(),
      content: z.array(keptContentSchema),
      stop: z.enum(modelStops),
      usage: usageSchema,
      costUsd,
    }),
  }),
  z.strictObject({
    kind: z.literal("tool_begun"),
    body: z.strictObject({ key: z.string(), name: z.string(), input: z.unknown() }),
  }),
  z.strictObject({
    kind: z.literal("tool_ended"),
    body: z.strictObject({
      key: z.string(),
      /** As the model reads it; where `chars` says more, the whole stands in `run_results`. */
      text: z.string(),
      chars: z.number(),
      isError: z.boolean(),
      itemIds: ids,
      threadIds: ids,
      images: z.array(z.strictObject({ mediaType: z.string(), sha256: z.string() })),
    }),
  }),
  z.strictObject({
    kind: z.literal("proposed"),
    body: z.strictObject({
      key: z.string(),
      bundleId: z.string(),
      proposalIds: z.array(z.string()),
      actions: z.array(z.string()),
    }),
  }),
  /** A run beneath this one was paid for. */
  z.strictObject({ kind: z.literal("paid"), body: z.strictObject({ runId: z.string(), usage: usageSchema, costUsd }) }),
  /** What tools said before that many messages is left out of what the model gets from now on. */
  z.strictObject({ kind: z.literal("trimmed"), body: z.strictObject({ before: z.number() }) }),
  /** A limit is near: the model was told to answer with what it has. */
  z.strictObject({ kind: z.literal("last_turn"), body: z.strictObject({ limit: z.enum(runLimits) }) }),
  z.strictObject({
    kind: z.literal("question"),
    body: z.strictObject({ question: z.string(), choices: z.array(z.string()) }),
  }),
  z.strictObject({
    kind: z.literal("ended"),
    body: z.strictObject({
      state: z.enum(runStates),
      text: z.string(),
      limitedBy: z.enum(runLimits).nullable(),
      /** For the owner, with its cure; null when nothing went wrong. */
      error: z.string().nullable(),
      /** Items the answer named without having read them. */
      unread: ids,
    }),
  }),
]);
export type RunEvent = z.output<typeof runEventSchema>;
export type RunEventKind = RunEvent["kind"];

/** An event with its place and its time. */
export type KeptRunEvent = RunEvent & { seq: number; at: string };
