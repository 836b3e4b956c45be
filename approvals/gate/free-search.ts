import { foldedWords } from "../../src/core/fold.ts";
import { searchQuery, searchTopics } from "../../src/core/search-topics.ts";
import { countCardsOfWords } from "../../src/store/cards.ts";
import { type GateWorld, textOf, writerOf } from "./gate-world.ts";

/** What may go by itself in one request: a run that looks up more than this collects. */
const mostFree = 5;
const longestName = 60;
const mostWords = 5;

/**
 * Why something may be looked up without asking, in the words of the decision; null where the owner is asked. It may when the query
 * gives away nothing that the owner did not say: it is made of their words alone in a run that had read nothing, or it is a name they
 * or somebody known wrote, and a topic from a list. Contract: reads only; the words are those the door kept, the name is looked for
 * where it is said to stand, and of what the proposal claims nothing is believed.
 */
export async function freeSearch(world: GateWorld): Promise<string | null> {
  const { origin, preview, request } = world;
  const { tier, action } = request.content;
  const said = origin.utterance;
  if (tier !== "read" || preview.text === null || said === null || origin.wordsId == null) return null;
  const why = inOwnWords(world, preview.text, said) ?? nameAndTopic(world, preview.text, said);
  if (why === null) return null;
  return (await countCardsOfWords(request.store, action, origin.wordsId)) < mostFree ? why : null;
}

function inOwnWords({ origin }: GateWorld, query: string, said: string): string | null {
  if (origin.itemsRead.length + origin.openedThreads.length > 0) return null;
  const own = new Set(foldedWords(said));
  const words = foldedWords(query);
  return words.length > 0 && words.every((word) => own.has(word)) ? "searches in your own words are free" : null;
}

function nameAndTopic(world: GateWorld, query: string, said: string): string | null {
  const fieldOf = (label: string): string => world.preview.fields.find((field) => field.label === label)?.value ?? "";
  const name = fieldOf("Name");
  const topic = searchTopics.find((one) => one === fieldOf("Topic"));
  if (topic === undefined || query !== searchQuery(name, topic) || !isName(name)) return null;
  const stands = stoodIn(said, name) || world.opened.some((item) => isVouched(world, item, name));
  return stands ? "looking up a name you or somebody you know wrote is free" : null;
}

/** A few words that begin as names do, without a number: what could carry a sentence or a code is none. */
function isName(name: string): boolean {
  const words = name.split(" ");
  if (name.length > longestName || words.length > mostWords || /\p{N}/u.test(name)) return false;
  return words.every(isWordOfName) && capital.test(words[0] ?? "");
}

const capital = /^[\p{Lu}\p{Lt}\p{Lo}]/u;
/** Without capitals and spaces a whole sentence would be one word. */
const longestUncased = 12;
const particles = new Set(
  "a al and bin da das de del della der des di do dos du e el en et für ibn la le of the und van von y zu &".split(" "),
);

function isWordOfName(word: string): boolean {
  if (!/^[\p{L}\p{M}&][\p{L}\p{M}.'’&-]*$/u.test(word)) return false;
  if ((word.match(/\p{Lo}/gu) ?? []).length > longestUncased) return false;
  return capital.test(word) || particles.has(word);
}

/** The owner wrote it, or somebody known did, in a thread the request opened. */
function isVouched(world: GateWorld, item: GateWorld["opened"][number], name: string): boolean {
  if (item.threadId === null || !world.origin.openedThreads.includes(item.threadId)) return false;
  const isKnown = item.sentEvidence || (writerOf(item)?.known === true && world.authenticationOf(item) !== "failed");
  return isKnown && stoodIn(textOf(item), name) && !namedSecret(textOf(item), name);
}

const secretBefore =
  /(?:pass(?:word|phrase|code)|passwort|kennwort|losung|geheim\p{L}*|\bpin|\bcode|mot de passe|contraseña|senha|secret)\P{L}{0,3}(?:(?:is|ist|lautet|heißt|est|es|é)\P{L}{1,3})?$/iu;

/** Whether somebody gave it as a password: without a digit in it nothing else tells it from a name. */
function namedSecret(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
    if (secretBefore.test(text.slice(Math.max(0, at - 40), at))) return true;
  return false;
}

/** Whether exactly these characters stand there, as words of their own. */
function stoodIn(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const [before, after] = [text.slice(0, at), text.slice(at + name.length)];
    if (!/[\p{L}\p{M}\p{N}]$/u.test(before) && !/^[\p{L}\p{M}\p{N}]/u.test(after)) return true;
  }
  return false;
}
