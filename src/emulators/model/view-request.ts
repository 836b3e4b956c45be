import { z } from "zod";
import { type Block, type MessagesRequest, textField, textOf, toBlocks } from "./messages-api.ts";

/** A tool result with the call that it answers. */
export interface SeenResult {
  id: string;
  name: string;
  input: Record<string, unknown>;
  /** The first fenced JSON of it; null when there is none. */
  data: unknown;
  /** Everything, the fence included. */
  text: string;
  isError: boolean;
}

/** A request as somebody who reads it would see it. */
export interface RequestView {
  /** Of the system's first line, `# steward: <purpose>`; empty when it has none. */
  purpose: string;
  system: string;
  /** What stands outside of any fence in user messages, tool results left out. */
  words: string;
  /** Every fenced JSON of user messages, tool results left out, in order. */
  fenced: unknown[];
  tools: string[];
  results: SeenResult[];
  images: number;
  format: unknown;
}

const fencePattern = /<data-([a-z0-9]{8,32})>\n([\s\S]*?)\n<\/data-\1>/g;
const record = z.record(z.string(), z.unknown()).catch({});

/** The fenced values of a text, in order. What is no JSON is given as the text that it is. */
export function readFences(text: string): unknown[] {
  return [...text.matchAll(fencePattern)].map((found) => parseJson(found[2] ?? ""));
}

/** The text without what is fenced. */
export function outsideFences(text: string): string {
  return text.replace(fencePattern, "");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Reads a request: purpose, words, fenced values, tools and what they said. */
export function viewRequest(request: MessagesRequest): RequestView {
  const system = textOf(request.system ?? "");
  const userBlocks = request.messages.filter(({ role }) => role === "user").flatMap(({ content }) => toBlocks(content));
  const texts = userBlocks.filter(({ type }) => type === "text").map((block) => textField(block, "text"));
  return {
    purpose: /^# steward: ([a-z-]+)/.exec(system)?.[1] ?? "",
    system,
    words: texts.map(outsideFences).join("\n").trim(),
    fenced: texts.flatMap(readFences),
    tools: (request.tools ?? []).map(({ name }) => name),
    results: readResults(request, userBlocks),
    images: userBlocks.filter(({ type }) => type === "image").length,
    format: request.output_config?.format?.schema ?? null,
  };
}

function readResults(request: MessagesRequest, userBlocks: readonly Block[]): SeenResult[] {
  const calls = new Map(
    request.messages
      .filter(({ role }) => role === "assistant")
      .flatMap(({ content }) => toBlocks(content))
      .filter(({ type }) => type === "tool_use")
      .map((block) => [textField(block, "id"), block]),
  );
  return userBlocks
    .filter(({ type }) => type === "tool_result")
    .map((block) => {
      const id = textField(block, "tool_use_id");
      const call = calls.get(id);
      const text = textOf(block["content"]);
      return {
        id,
        name: call === undefined ? "" : textField(call, "name"),
        input: record.parse(call?.["input"]),
        data: readFences(text)[0] ?? null,
        text,
        isError: block["is_error"] === true,
      };
    });
}
