import type { ModelContent, ModelMessage } from "../../core/model.ts";
import { getKeptFile } from "../../store/kept-files.ts";
import type { Store } from "../../store/open-store.ts";
import type { ListedContent, ListedMessage, RunView } from "./run-view.ts";

/** A shorter result is kept where older ones are left out: its handle would be as long. */
const worthTrimming = 300;

/** What a model gets of a run: its messages, older results by reference where they were trimmed, pictures from kept bytes. */
export async function messagesOf(store: Store, view: RunView, seesImages: boolean): Promise<ModelMessage[]> {
  const messages: ModelMessage[] = [];
  for (const [index, message] of view.messages.entries()) {
    const isTrimmed = index < view.trimmedBefore;
    const content: ModelContent[] = [];
    for (const part of message.content) content.push(await toContent(store, part, { isTrimmed, seesImages }));
    messages.push({ role: message.role, content });
  }
  return messages;
}

async function toContent(
  store: Store,
  part: ListedContent,
  { isTrimmed, seesImages }: { isTrimmed: boolean; seesImages: boolean },
): Promise<ModelContent> {
  switch (part.kind) {
    case "text":
    case "opaque":
    case "tool_use":
      return part;
    case "tool_result":
      return { kind: "tool_result", id: part.id, text: isTrimmed ? trimmed(part) : part.text, isError: part.isError };
    case "image": {
      if (!seesImages) return { kind: "text", text: "[A picture, which this model cannot see.]" };
      const file = isTrimmed ? null : await getKeptFile(store, part.sha256);
      if (file === null) return { kind: "text", text: "[A picture that is no longer shown.]" };
      return { kind: "image", mediaType: part.mediaType, base64: Buffer.from(file.bytes).toString("base64") };
    }
  }
}

function trimmed({ key, text }: { key: string; text: string }): string {
  return text.length < worthTrimming ? text : `Left out to make room. To read it again: item with rest result:${key}@0`;
}

/** Of the room there is, how much is filled again after a trim: so that the prefix stays the same for many calls. */
const fillAgain = 0.6;
const charactersPerToken = 2.6;
const imageTokens = 1600;

/**
 * Before which message results have to be left out so that the request fits; null when it does. The newest results always stay.
 * Contract: pure. `room` is tokens for messages, system text and tools left aside.
 */
export function placeToTrim(view: RunView, room: number): number | null {
  const sizes = view.messages.map((message, index) => sizeOf(message, index < view.trimmedBefore));
  let total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= room) return null;
  const last = view.messages.length - 1;
  for (let index = view.trimmedBefore; index < last; index += 1) {
    const message = view.messages[index];
    if (message === undefined) break;
    total -= (sizes[index] ?? 0) - sizeOf(message, true);
    if (total <= room * fillAgain) return index + 1;
  }
  return last > view.trimmedBefore ? last : null;
}

/** Tokens, rather too many than too few. */
function sizeOf({ content }: ListedMessage, isTrimmed: boolean): number {
  return content.reduce((sum, part) => sum + partSize(part, isTrimmed), 4);
}

function partSize(part: ListedContent, isTrimmed: boolean): number {
  if (part.kind === "image") return isTrimmed ? 20 : imageTokens;
  if (part.kind === "text") return part.text.length / charactersPerToken;
  if (part.kind === "tool_result") return (isTrimmed ? trimmed(part) : part.text).length / charactersPerToken;
  return JSON.stringify(part.kind === "opaque" ? part.block : part.input).length / charactersPerToken;
}

/** Tokens of a text, rather too many than too few. */
export function guessTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}
