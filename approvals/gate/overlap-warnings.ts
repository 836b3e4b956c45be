import type { Warning } from "../../src/core/card.ts";
import { findValues } from "../../src/core/find-values.ts";
import { fold, foldedWords } from "../../src/core/fold.ts";
import { rawText } from "../../src/core/untrusted.ts";
import { findPhraseItems, type GateItem, loadGateItems } from "../../src/store/gate-facts.ts";
import { hasItemAlready } from "./already-with.ts";
import type { RecipientFact } from "./facts.ts";
import { type GateWorld, textOf, warn } from "./gate-world.ts";
import { explainedPlaces, overlapOf, type Shingled, shingle, tellingPhrases } from "./text-overlap.ts";

/** From how many shared words on, in runs of five, text is taken from elsewhere. */
const sharedWords = 7;
const longSpanWords = 12;
const longestText = 40_000;

/** Text of items the request did not open that would leave, and long spans that repeat what others wrote. */
export async function overlapWarnings(world: GateWorld, recipients: readonly RecipientFact[]): Promise<Warning[]> {
  const { outgoing } = world;
  if (!outgoing.leaves) return [];
  const text = `${outgoing.prose}\n${outgoing.quoted}\n${fieldsOf(world)}\n${outgoing.fileText}`.slice(0, longestText);
  const leaving = shingle(text);
  const sources = [
    shingle(world.ownWords),
    ...world.opened.map((item) => shingle(`${textOf(item)}\n${rawText(item.quoted)}`)),
  ];
  const explained = explainedPlaces(leaving, sources);
  const suspects = [...world.read, ...(await itemsElsewhere(world, leaving, explained))];
  const found = suspects.filter(
    (item) => !hasItemAlready(world, recipients, item) && takesFrom(world, leaving, text, explained, item),
  );
  const warnings: Warning[] = [];
  if (found.length > 0) {
    const text =
      found.length === 1
        ? "It holds text of another conversation or file."
        : `It holds text of ${found.length} other conversations or files.`;
    warnings.push(warn("other_threads", "red", text, { itemIds: found.map((item) => item.id) }));
  }
  return [...warnings, ...repeatWarnings(world, recipients)];
}

/** By words that run on, by the names of several things, or by several of its values that stand nowhere else. */
function takesFrom(
  world: GateWorld,
  leaving: Shingled,
  text: string,
  explained: ReadonlySet<number>,
  item: GateItem,
): boolean {
  const said = textOf(item);
  if (overlapOf(leaving, shingle(said), explained).words >= sharedWords) return true;
  if (!world.read.includes(item)) return false;
  const words = foldedWords(said);
  if (isShortAndWhole(leaving, words, explained)) return true;
  const trusted = fold([world.ownWords, ...world.opened.map((one) => textOf(one))].join("\n"));
  if (namesTaken(world, text, trusted).includes(item.id)) return true;
  const keys = new Set(findValues(said).map(({ kind, key }) => `${kind} ${key}`));
  const taken = findValues(text).filter(
    ({ kind, key, value }) => kind !== "link" && keys.has(`${kind} ${key}`) && !trusted.includes(fold(value)),
  );
  const names = taken.filter(({ kind }) => kind === "name").length;
  return taken.length >= 3 && taken.length > names;
}

/** An item of a few words that stands in the text as a whole: a list of payees, a short note. */
function isShortAndWhole(leaving: Shingled, words: readonly string[], explained: ReadonlySet<number>): boolean {
  if (words.length < 3 || words.length > 12) return false;
  const [whole, wanted] = [` ${leaving.words.join(" ")} `, ` ${words.join(" ")} `];
  const at = whole.indexOf(wanted);
  return at >= 0 && !explained.has(whole.slice(0, at).split(" ").length - 1);
}

/** The items whose subjects or titles stand in the text, when there are two or more: a list of what the owner has. */
function namesTaken(world: GateWorld, text: string, trusted: string): number[] {
  const plain = fold(text).replace(/\s+/g, " ");
  const named = world.read.filter((item) => {
    const subject = fold(rawText(item.subject))
      .replace(/^(?:(?:re|fwd?|aw|wg)\s*:\s*)+/, "")
      .replace(/\s+/g, " ")
      .trim();
    return subject.length >= 8 && subject.includes(" ") && plain.includes(subject) && !trusted.includes(subject);
  });
  const subjects = new Set(named.map((item) => fold(rawText(item.subject))));
  return subjects.size >= 2 ? named.map((item) => item.id) : [];
}

const phrasesAsked = 8;
/** A phrase that stands in more items than this is a greeting, a signature or a footer. */
const commonFrom = 4;

/** Items nobody said were read in which phrases of the text stand: asked of the search index, and looked at whole. */
async function itemsElsewhere(
  world: GateWorld,
  leaving: Shingled,
  explained: ReadonlySet<number>,
): Promise<GateItem[]> {
  const { store } = world.request;
  const told = new Set([...world.opened, ...world.read].map((item) => item.id));
  const openThreads = new Set(world.opened.map((item) => item.threadId));
  // What the owner typed themselves they may take from anywhere.
  if (world.typedByOwner) return [];
  const hits = new Map<number, number>();
  for (const phrase of tellingPhrases(leaving, explained, phrasesAsked)) {
    const items = await findPhraseItems(store, phrase, commonFrom + 1);
    if (items.length > commonFrom) continue;
    for (const id of items) if (!told.has(id)) hits.set(id, (hits.get(id) ?? 0) + 1);
  }
  const best = [...hits]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 5)
    .map(([id]) => id);
  const items = await loadGateItems(store, best);
  return items.filter((item) => item.threadId === null || !openThreads.has(item.threadId));
}

/** A long run of words that somebody else wrote, outside of quotes: a draft that carries a message on. */
function repeatWarnings(world: GateWorld, recipients: readonly RecipientFact[]): Warning[] {
  if (world.typedByOwner || /forward/.test(world.request.content.action)) return [];
  const leaving = shingle(`${world.outgoing.prose}\n${fieldsOf(world)}`);
  const own = new Set(explainedPlaces(leaving, [shingle(world.ownWords)]));
  return [...world.opened, ...world.read].flatMap((item) => {
    if (item.sentEvidence) return [];
    const { longest, words } = overlapOf(leaving, shingle(textOf(item)), own);
    if (longest < longSpanWords || words < longSpanWords) return [];
    const isShared = hasItemAlready(world, recipients, item);
    const text = "It repeats a long passage that somebody else wrote.";
    return [warn("repeats_untrusted", isShared ? "note" : "amber", text, { itemIds: [item.id] })];
  });
}

function fieldsOf({ preview }: GateWorld): string {
  return preview.fields.map(({ value }) => value).join("\n");
}
