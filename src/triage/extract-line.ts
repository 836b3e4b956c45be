import { holds, type Sentence } from "./read-text.ts";
import type { ItemFacts } from "./signals/read-item.ts";

const longestLine = 110;
const greeting =
  /^(?:hi|hello|hey|dear|hallo|liebe[rs]?|guten (?:tag|morgen|abend)|moin|servus|sehr geehrte[rs]?|bonjour|salut|coucou|ch[eè]re?|hola|buenos d[ií]as|buenas|estimad[oa]s?|ciao|buongiorno|gentile|car[oa]|ol[aá]|oi|bom dia)\b[^,.!?\n]{0,40}[,!.:]?\s+(?=\S)/iu;

/**
 * One line in the item's own words: the preferred sentences first (the question, the request, the fact), else the first sentence
 * that says something, else the subject. At most 110 characters, cut at a word. The result is still text others wrote.
 */
export function extractLine(facts: ItemFacts, preferred: readonly (Sentence | null)[]): string {
  const chosen = preferred.find((sentence) => sentence !== null && sentence !== undefined);
  if (chosen !== undefined && chosen !== null) return cutLine(stripGreeting(chosen.text));
  const chat = facts.item.channel !== "mail";
  if (!chat && facts.subject.trim() !== "") return cutLine(stripReply(facts.subject));
  const telling = facts.reading.sentences.find((sentence) => sentence.words.length > 3 && !isOnlyPolite(sentence));
  return cutLine((telling ?? facts.reading.sentences[0])?.text ?? facts.subject);
}

/** Squeezes white space and cuts at a word, with an ellipsis. Contract: never longer than 110 characters. */
export function cutLine(text: string): string {
  const squeezed = text.slice(0, 1000).replace(/\s+/g, " ").trim();
  if (squeezed.length <= longestLine) return squeezed;
  const cut = squeezed.slice(0, longestLine - 1);
  const space = cut.lastIndexOf(" ");
  return `${(space > longestLine / 2 ? cut.slice(0, space) : cut).toWellFormed().replace(/[,;:\s�]+$/u, "")}…`;
}

function stripGreeting(text: string): string {
  const stripped = text.replace(greeting, "");
  return stripped.length > 8 ? stripped : text;
}

function stripReply(subject: string): string {
  return subject.replace(/^(?:\s*(?:re|aw|fwd?|wg|tr|rv|sv|antw|r|i|enc|res)\s*:\s*)+/i, "");
}

function isOnlyPolite(sentence: Sentence): boolean {
  return sentence.words.length <= 5 && (holds(sentence, "thanks") || holds(sentence, "closing"));
}
