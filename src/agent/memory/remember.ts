import { type Clock, toInstant } from "../../core/clock.ts";
import { fold, foldedWords } from "../../core/fold.ts";
import { getNoteByKey, insertNoteOrigin, listNoteOrigins } from "../../store/memory.ts";
import {
  decideMemoryProposal,
  getMemoryProposal,
  insertMemoryProposal,
  type MemoryProposal,
} from "../../store/memory-proposals.ts";
import type { Store } from "../../store/open-store.ts";
import type { Knowledge, Remembered } from "../tool.ts";
import { addToIndex } from "./memory-index.ts";
import { nameNote, readNotes, writeNote } from "./notes.ts";
import { scanText } from "./scan-text.ts";

/** What memory is kept in. `homePath` is absolute. */
export interface MemoryPlace {
  store: Store;
  homePath: string;
  clock: Clock;
}

/**
 * Keeps a note, or leaves it to the owner. It is kept at once only in the owner's own words: `quote` stands in `utterance`, the text
 * says nothing the quoted sentence does not, and the run has read no item; what is kept then is that sentence, whole. Everything else
 * waits for their yes. Contract: the same key twice is one note or one proposal; `key` names the run, too.
 */
export async function remember(place: MemoryPlace, given: Parameters<Knowledge["remember"]>[0]): Promise<Remembered> {
  const { text, quote, utterance, itemIds, key } = given;
  const before = await getNoteByKey(place.store, key);
  if (before !== null && (await namesHere(place)).has(before.name)) return { kind: "kept", name: before.name };
  const finding = scanText(text) ?? scanText(quote);
  if (finding !== null) return { kind: "refused", text: `Not to be remembered: ${finding.why}.` };
  const sentence = ownSentence(quote, utterance);
  const why = whyAsk({ text, sentence, itemIds });
  if (why === null && sentence !== null && scanText(sentence) === null)
    return { kind: "kept", name: await keepNote(place, { text: sentence, madeFrom: "words", itemIds: [], key }) };
  await place.store.write((tx) =>
    insertMemoryProposal(tx, { madeKey: key, text: text.trim(), quote, itemIds: [...itemIds], why: why ?? "" }),
  );
  return { kind: "asked", text: `${text.trim()} (${why ?? "the owner decides"}; steward memory)` };
}

function whyAsk(given: { text: string; sentence: string | null; itemIds: readonly number[] }): string | null {
  if (given.itemIds.length > 0) return "messages had been read before";
  if (given.sentence === null) return "the quoted words are not the owner's";
  const said = new Set(foldedWords(given.sentence));
  const added = foldedWords(given.text).filter((word) => !said.has(word) && !linkingWords.has(word));
  return added.length === 0 ? null : `it says more than the owner did: ${added.slice(0, 5).join(", ")}`;
}

/** Words that say nothing of their own. A "not" or "only" is no such word. */
const linkingWords = new Set(
  "a an the is are was were be been to of in on at for and with that this it he she they owner his her their i my me".split(
    " ",
  ),
);

/**
 * The whole sentences of the utterance in which the quote stands word for word; null when it stands nowhere in it. A quote that begins
 * behind a "not" is worth nothing: what counts is what the owner said. Contract: pure.
 */
export function ownSentence(quote: string, utterance: string): string | null {
  const wanted = quote.trim();
  if (wanted.length < 3) return null;
  const at = utterance.indexOf(wanted);
  if (at < 0 || isInWord(utterance, at, wanted.length)) return null;
  // A line alone is no sentence: "Never do this:" reaches over the list below it.
  const ends = /[.!?;](?=\s|$)|\n\s*\n/g;
  let start = 0;
  let end = utterance.length;
  for (const hit of utterance.matchAll(ends)) {
    const after = hit.index + hit[0].length;
    if (after <= at) start = after;
    if (after >= at + wanted.length) {
      end = after;
      break;
    }
  }
  return utterance.slice(start, end).trim();
}

function isInWord(text: string, at: number, length: number): boolean {
  const isLetter = (character: string): boolean => /^[\p{L}\p{N}]$/u.test(fold(character));
  const [first, last] = [text.charAt(at), text.charAt(at + length - 1)];
  return (isLetter(first) && isLetter(text.charAt(at - 1))) || (isLetter(last) && isLetter(text.charAt(at + length)));
}

async function namesHere({ store, homePath }: Pick<MemoryPlace, "store" | "homePath">): Promise<Set<string>> {
  return new Set((await readNotes(store, homePath)).map(({ name }) => name));
}

/** Writes a note with where it comes from. Only what came of no item gets a line in the index, which stands in every prompt. */
export async function keepNote(
  { store, homePath, clock }: MemoryPlace,
  note: { text: string; madeFrom: "words" | "yes"; itemIds: readonly number[]; key: string },
): Promise<string> {
  const here = await namesHere({ store, homePath });
  const name = await store.write(async (tx) => {
    // A crash between the row and the file leaves a name without one.
    const before = await getNoteByKey(tx, note.key);
    if (before !== null) return before.name;
    const taken = new Set([...here, ...(await listNoteOrigins(tx)).map((one) => one.name)]);
    const made = nameNote(toInstant(clock.now()).slice(0, 10), note.text, taken);
    await insertNoteOrigin(tx, { name: made, madeKey: note.key, madeFrom: note.madeFrom, itemIds: [...note.itemIds] });
    return made;
  });
  await writeNote(homePath, name, note.text);
  if (note.itemIds.length === 0) await addToIndex(homePath, name, note.text);
  return name;
}

/**
 * The owner's yes to a proposal. It keeps what it came from: whoever reads the note later has read those items. Null when it does not
 * wait any more. Contract: the caller has shown the owner the text.
 */
export async function acceptProposal(place: MemoryPlace, number: number): Promise<string | null> {
  const proposal: MemoryProposal | null = await getMemoryProposal(place.store, number);
  if (proposal === null || proposal.state !== "waiting") return null;
  const { text, itemIds, madeKey } = proposal;
  const name = await keepNote(place, { text, itemIds, madeFrom: "yes", key: madeKey });
  await place.store.write((tx) => decideMemoryProposal(tx, number, "accepted"));
  return name;
}
