import { type DictationWords, dictationLanguages, noLanguage } from "./dictation-words.ts";

/** Names as contacts.csv has them: what a From header says is not believed here. */
export interface DictationNames {
  /** Of the person reached. */
  recipient: readonly string[];
  /** Of everybody else the owner knows: who is meant by `Paul` must be sure. */
  others: readonly string[];
  owner: readonly string[];
}

/**
 * Whether a message says what the owner said when they asked for it, in their own words: what is left of `tell Paul that …`
 * without its beginning, word for word and in that order, but for articles, forms of to be and to have, a greeting and the
 * owner's name. No stemming: another form of a word is another word. A German clause with its verb last may become a sentence.
 * The request names whom it is for, in a way that fits nobody else.
 *
 * Contract: pure, never throws. Null when it does; else why not, in words.
 */
export function saysSomethingElse(utterance: string, message: string, names: DictationNames): string | null {
  const [asked, said] = [plain(utterance), plain(message)];
  const language = languageOf(asked);
  const request = cutRequest(tokensOf(asked, language), language, names);
  const own = request.words;
  const sent = cutAddress(tokensOf(said, language), language, names);
  const unsure = whyNotNamed(request.named, language, names);
  if (unsure !== null) return unsure;
  if (own.length === 0) return "the request says nothing of the message itself";
  if (/\?/.test(said) !== (request.isQuestion || /\?/.test(asked))) return "one asks, the other tells";
  const added = firstExtra(sent, own);
  if (added !== null) return `“${added}” is not the owner's word`;
  const missing = firstExtra(own, sent);
  if (missing !== null) return `“${missing}” was said and is missing`;
  const isSame = isEqual(own, sent) || (request.isVerbLast && isEqual(verbSecond(own), sent));
  return isSame ? null : "the words stand in another order";
}

/** The words of a text that count, for a subject line: each has to be among the owner's. Null when all are. */
export function firstForeignWord(utterance: string, text: string): string | null {
  const language = languageOf(plain(utterance));
  const own = new Set(tokensOf(plain(utterance), language));
  return tokensOf(plain(text), language).find((word) => !own.has(word) && !language.empty.has(word)) ?? null;
}

function plain(text: string): string {
  return text.normalize("NFC").toLowerCase().replace(/[’‘ʼ]/g, "'");
}

function tokensOf(text: string, language: DictationWords): string[] {
  const written = language.written.reduce((all, [pattern, long]) => all.replace(pattern, long), text);
  return written.match(/\d+(?:[.:,]\d+)*|[\p{L}\p{M}]+/gu) ?? [];
}

/** The language most of whose small words occur; where two have as many, none is sure, and every word counts. */
function languageOf(text: string): DictationWords {
  const counted = dictationLanguages.map((language) => {
    const small = tokensOf(text, language).filter((word) =>
      [language.empty, language.tell, language.ask].some((set) => set.has(word)),
    );
    return { language, count: small.length };
  });
  const [first, second] = counted.toSorted((a, b) => b.count - a.count);
  return first === undefined || first.count === (second?.count ?? 0) ? noLanguage : first.language;
}

/** A request that names nobody leaves the choice to whoever drafted it, and so does a name that several people have. */
function whyNotNamed(said: readonly string[], language: DictationWords, names: DictationNames): string | null {
  if (said.length === 0) return "the request does not name whom it is for";
  const isMeant = (name: string): boolean => {
    const parts = new Set(tokensOf(plain(name), language));
    return said.every((word) => parts.has(word));
  };
  if (!names.recipient.some(isMeant)) return "the request does not name whom it is for";
  return names.others.some(isMeant) ? "somebody else has that name, too" : null;
}

interface Request {
  words: string[];
  /** The words of the recipient's names that its beginning says. */
  named: string[];
  isQuestion: boolean;
  isVerbLast: boolean;
}

/** Takes `tell Paul that` from the beginning, and the small words from all of it. */
function cutRequest(tokens: readonly string[], language: DictationWords, names: DictationNames): Request {
  const recipient = new Set(names.recipient.flatMap((name) => tokensOf(plain(name), language)));
  let isQuestion = false;
  let isVerbLast = false;
  const named: string[] = [];
  let begin = 0;
  for (const word of tokens) {
    const isWhether = isQuestion && language.whether.has(word);
    const isBeginning = [language.tell, language.ask, language.empty, recipient].some((set) => set.has(word));
    // Behind the name they are part of the message: `tell Paul my friend is ill`.
    const isFriend = named.length === 0 && language.friend.has(word);
    if (!isBeginning && !isWhether && !isFriend) break;
    if (recipient.has(word)) named.push(word);
    isQuestion ||= language.ask.has(word);
    isVerbLast ||= language.verbLast.has(word);
    begin += 1;
    if (isWhether || language.verbLast.has(word)) break;
  }
  return { words: tokens.slice(begin).filter((word) => !language.empty.has(word)), named, isQuestion, isVerbLast };
}

/** Takes greeting and name from the beginning and the owner's name from the end, and the small words from all of it. */
function cutAddress(tokens: readonly string[], language: DictationWords, names: DictationNames): string[] {
  const recipient = new Set(names.recipient.flatMap((name) => tokensOf(plain(name), language)));
  const owner = new Set(names.owner.flatMap((name) => tokensOf(plain(name), language)));
  let begin = tokens[0] !== undefined && language.greeting.has(tokens[0]) ? 1 : 0;
  while (recipient.has(tokens[begin] ?? "")) begin += 1;
  let end = tokens.length;
  while (end > begin && owner.has(tokens[end - 1] ?? "")) end -= 1;
  if (end < tokens.length) while (end > begin && language.farewell.has(tokens[end - 1] ?? "")) end -= 1;
  return tokens.slice(begin, end).filter((word) => !language.empty.has(word));
}

/** The first word that one has more often than the other; null when none. */
function firstExtra(words: readonly string[], others: readonly string[]): string | null {
  const left = new Map<string, number>();
  for (const word of others) left.set(word, (left.get(word) ?? 0) + 1);
  for (const word of words) {
    const count = left.get(word) ?? 0;
    if (count === 0) return word;
    left.set(word, count - 1);
  }
  return null;
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, index) => word === b[index]);
}

/** `ich um acht komme` as it is said by itself: `ich komme um acht`. */
function verbSecond(words: readonly string[]): string[] {
  const [subject = "", ...rest] = words;
  return [subject, ...rest.slice(-1), ...rest.slice(0, -1)];
}
