import { holds, readText, type Sentence } from "./read-text.ts";
import type { ItemFacts } from "./signals/read-item.ts";
import type { Vocabulary } from "./vocabulary.ts";

const longestPromiseWords = 45;
const conditions = new Set(["if", "wenn", "falls", "si", "se", "unless", "once", "sobald"]);
const doubts = new Set(["maybe", "vielleicht", "peut", "might", "could", "hatte", "would"]);
const negated = new Set([
  "not",
  "won't",
  "can't",
  "cannot",
  "never",
  "nicht",
  "kein",
  "keine",
  "pas",
  "jamais",
  "nao",
  "don't",
  "wouldn't",
  "couldn't",
]);
/** Where one thought ends and the next begins within a sentence, as people write in chats. */
const clauseEnd = /\s*(?:[,;:–—…]|\p{Extended_Pictographic})\s*/u;

/** The sentence in which somebody promises something without negation or condition; null when none does. Contract: pure. */
export function findPromise(facts: ItemFacts, vocabulary: Vocabulary): Sentence | null {
  if (!holds(facts.reading, "promise")) return null;
  for (const sentence of facts.reading.sentences) {
    if (!holds(sentence, "promise") || sentence.asks || sentence.words.length > longestPromiseWords) continue;
    if (isDenied(sentence, vocabulary) || isConditional(sentence) || isDoubtful(sentence)) continue;
    if (holds(sentence, "delivered") && facts.item.attachmentNames.length > 0) continue;
    return sentence;
  }
  return null;
}

/** Whether a sentence begins with a condition. */
export function isConditional({ words }: Sentence): boolean {
  return words.slice(0, 6).some((word) => conditions.has(word));
}

function isDoubtful({ words }: Sentence): boolean {
  return words.slice(0, 6).some((word) => doubts.has(word));
}

/** Whether a sentence says that something is not. */
export function isNegated({ words }: Pick<Sentence, "words">): boolean {
  return words.some((word) => negated.has(word));
}

/** "Never 😄 you'll have it by Friday" promises: what counts is the clause that holds the promise, where one does alone. */
function isDenied(sentence: Sentence, vocabulary: Vocabulary): boolean {
  if (!isNegated(sentence)) return false;
  const clauses = sentence.text.split(clauseEnd).flatMap((clause) => readText(clause, vocabulary).sentences);
  const promising = clauses.filter((clause) => holds(clause, "promise"));
  return promising.length === 0 || promising.every(isNegated);
}
