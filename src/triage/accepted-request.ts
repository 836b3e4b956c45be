import type { ItemView } from "../core/thread.ts";
import { isConditional, isNegated } from "./find-promise.ts";
import { holds, type Sentence } from "./read-text.ts";
import type { ItemReader } from "./signals/item-reader.ts";
import type { ItemFacts } from "./signals/read-item.ts";

/** What one side of a chat asked for and the other said yes to, with when it was asked. */
export interface AcceptedRequest {
  request: Sentence;
  askedMs: number;
}

const longestYesWords = 8;
const answeredWithinMs = 86_400_000;
const messagesBack = 3;
const nod = /^\s*(?:👍|👌|✅|🫡|🆗|🙋)/u;
const ease = /\b(?:kein|keine|pas de|pas) (?:problem|probleme|souci|soucis|stress|ding)\b/g;
const hedges = new Set(["but", "aber", "mais", "pero", "ma", "mas", "though", "although", "maybe", "vielleicht"]);

/**
 * In a chat between two, a short yes to a request of the other side within a day is a promise, though it names nothing: "Can you
 * bring bread?" – "👍". Null when the item at `index` is none. Contract: pure.
 */
export function findAcceptedRequest(
  items: readonly ItemView[],
  index: number,
  read: ItemReader,
): AcceptedRequest | null {
  const item = items[index];
  if (item === undefined || !saysYes(read(item))) return null;
  const saidMs = read(item).ms;
  for (const asked of items.slice(Math.max(0, index - messagesBack), index).toReversed()) {
    if (asked.fromOwner === item.fromOwner) return null;
    const facts = read(asked);
    if (saidMs - facts.ms > answeredWithinMs) return null;
    const request = facts.reading.sentences.findLast(isRequest);
    if (request !== undefined) return { request, askedMs: facts.ms };
  }
  return null;
}

function isRequest(sentence: Sentence): boolean {
  return (
    holds(sentence, "request") && !holds(sentence, "noRequest") && !isConditional(sentence) && !isNegated(sentence)
  );
}

function saysYes({ item, text, reading, says }: ItemFacts): boolean {
  if (reading.wordCount > longestYesWords || item.attachmentNames.length > 0) return false;
  if (says("thanks") || reading.sentences.some((one) => one.asks || refuses(one) || isHedged(one))) return false;
  const [first] = reading.sentences;
  return nod.test(text) || (first !== undefined && holds(first, "accept"));
}

/** "No problem" and "pas de souci" say yes. */
function refuses({ words }: Sentence): boolean {
  return isNegated({ words: words.join(" ").replace(ease, "").split(" ") });
}

/** A lone "si" is a yes in Spanish and Italian; with more words it may be an "if". */
function isHedged(sentence: Sentence): boolean {
  return sentence.words.some((word) => hedges.has(word)) || (sentence.words.length > 1 && isConditional(sentence));
}
