/** What a model is asked to be: `judge` is cheap and quick, `write` careful, `summarise` reads much. Ids are in the config. */
export const modelRoles = ["judge", "write", "summarise"] as const;
export type ModelRole = (typeof modelRoles)[number];

/** Why a call is made; stands in the first line of its system text, in the trace and in the table of what it cost. */
export const modelPurposes = [
  "judge",
  "judge-closer",
  "draft",
  "commitments",
  "request",
  "sub-job",
  "summarise",
  "style",
  "consolidate",
  "probe",
] as const;
export type ModelPurpose = (typeof modelPurposes)[number];

/** One part of a message. `opaque` is what only the service understands (its thinking): handed back as it came. */
export type ModelContent =
  | { kind: "text"; text: string }
  | { kind: "image"; mediaType: string; base64: string }
  | { kind: "tool_use"; id: string; name: string; input: unknown }
  | { kind: "tool_result"; id: string; text: string; isError: boolean }
  | { kind: "opaque"; block: unknown };

export interface ModelMessage {
  role: "user" | "assistant";
  content: ModelContent[];
}

/** `schema` is JSON Schema of the input. */
export interface ModelTool {
  name: string;
  description: string;
  schema: unknown;
}

export interface ModelRequest {
  role: ModelRole;
  purpose: ModelPurpose;
  /** The run that pays and traces; null outside of one (the probe). */
  runId: string | null;
  /** Text of our own and the owner's files only, never what others wrote. Byte-stable in a run: it is what caches keep. */
  system: string;
  /** Sorted by name. */
  tools: readonly ModelTool[];
  messages: readonly ModelMessage[];
  /** Tokens; thinking counts. */
  maxTokens: number;
  /** JSON Schema the answer's text has to fit; null for prose. Where the server cannot hold it to that, the prompt asks for it. */
  format: unknown | null;
  effort: "low" | "medium" | "high" | null;
  signal: AbortSignal;
  /** Gets text as it comes, where the caller shows it. */
  onText?: (text: string) => void;
}

/** All of the service's reasons, and `garbage` where it gave none that is known. */
export const modelStops = [
  "end_turn",
  "max_tokens",
  "stop_sequence",
  "tool_use",
  "pause_turn",
  "refusal",
  "model_context_window_exceeded",
  "garbage",
] as const;
export type ModelStop = (typeof modelStops)[number];

/** Tokens. `input` is what was neither read from nor written to a cache. */
export interface ModelUsage {
  input: number;
  cacheWrite: number;
  cacheRead: number;
  output: number;
}

export interface ModelReply {
  /** The row of this call: what a card's origin names. */
  callId: string;
  model: string;
  content: ModelContent[];
  stop: ModelStop;
  usage: ModelUsage;
  /** US dollars; null where no price is known (a server of the owner's own). */
  costUsd: number | null;
}

/** What a server can do, as `steward model probe` found it. */
export interface ModelCaps {
  auth: boolean;
  countTokens: boolean;
  /** Holds an answer to a JSON Schema. */
  jsonFormat: boolean;
  toolCall: boolean;
  cacheUsage: boolean;
  images: boolean;
  /** Tokens a request may have, as configured or found; a request that is longer is cut by us, never silently by a server. */
  contextTokens: number;
}

/**
 * The one way to a model. Contract: reserves money before the call and settles it after, writes a row of what was asked and what
 * it cost, refuses what looks like a secret in what would leave, retries what is worth it within the call. Errors: `budget` before
 * anything is sent; `config` when there is no model; `needs_reauth` for a refused key; `rate_limited`, `unavailable` after the
 * retries; `usage` for a request longer than `caps().contextTokens` (nothing is sent, the caller cuts; `estimateTokens` in core says
 * how much); `interrupted` by the signal.
 */
export interface Model {
  call(request: ModelRequest): Promise<ModelReply>;
  caps(): ModelCaps;
}

/** The first line of a system text, which says what the call is for. */
export function purposeLine(purpose: ModelPurpose): string {
  return `# steward: ${purpose}`;
}
