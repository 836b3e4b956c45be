/**
 * What a server that speaks the Messages API does and does not do.
 * Source: reference of such servers (Ollama, vLLM, llama.cpp), read in November 2026.
 */
export interface Profile {
  name: string;
  countTokens: boolean;
  /** Holds an answer to `output_config.format`; otherwise the field is not looked at. */
  jsonFormat: boolean;
  /** How JSON is written where nothing holds the answer to it. */
  jsonStyle: "bare" | "fenced" | "prose";
  /** `tool_choice`: kept; ignored; any and tool both mean that some tool must be used, and none is ignored. */
  toolChoice: "kept" | "ignored" | "required";
  /** A block it does not know: an error, or left out without a word. */
  unknownBlocks: "refused" | "dropped";
  knownBlocks: "all" | readonly string[];
  /** Fields of the usage: all, or `input_tokens` and `output_tokens` alone. */
  cacheUsage: boolean;
  serverTools: boolean;
  /** Checks a request as the service of the 5.5 models does. */
  strict: boolean;
  needsKey: boolean;
  models: "catalogue" | "any";
  /** Tokens of context; what is more falls off the front without a word, or is refused. */
  contextTokens: number;
  overflow: "refused" | "cut";
  /** Writes a thinking block before its answer. */
  thinks: boolean;
  /** Everything goes wrong in turn. */
  garbage: boolean;
}

const anthropic: Profile = {
  name: "anthropic",
  countTokens: true,
  jsonFormat: true,
  jsonStyle: "bare",
  toolChoice: "kept",
  unknownBlocks: "refused",
  knownBlocks: "all",
  cacheUsage: true,
  serverTools: true,
  strict: true,
  needsKey: true,
  models: "catalogue",
  contextTokens: 1_000_000,
  overflow: "refused",
  thinks: true,
  garbage: false,
};

const local: Profile = {
  ...anthropic,
  serverTools: false,
  strict: false,
  needsKey: false,
  models: "any",
  cacheUsage: false,
  thinks: false,
};

const plainBlocks = ["text", "image", "tool_use", "tool_result", "thinking", "redacted_thinking"];

export const profiles = {
  anthropic,
  ollama: {
    ...local,
    name: "ollama",
    countTokens: false,
    jsonFormat: false,
    jsonStyle: "fenced",
    toolChoice: "ignored",
    unknownBlocks: "dropped",
    knownBlocks: plainBlocks,
    contextTokens: 4096,
    overflow: "cut",
  },
  vllm: { ...local, name: "vllm", knownBlocks: [...plainBlocks, "tool_reference"], contextTokens: 131_072 },
  llamacpp: {
    ...local,
    name: "llamacpp",
    jsonFormat: false,
    toolChoice: "required",
    unknownBlocks: "dropped",
    knownBlocks: plainBlocks,
    contextTokens: 32_768,
  },
  garbage: { ...local, name: "garbage", countTokens: false, jsonFormat: false, jsonStyle: "prose", garbage: true },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;

export function isProfileName(name: string): name is ProfileName {
  return name in profiles;
}
