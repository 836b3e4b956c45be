import type { Warning } from "../../src/core/card.ts";
import { type FoundValue, findValues } from "../../src/core/find-values.ts";
import { fold, foldedWords } from "../../src/core/fold.ts";
import { rawText } from "../../src/core/untrusted.ts";
import type { GateItem } from "../../src/store/gate-facts.ts";
import type { ValueSource } from "./facts.ts";
import { type GateWorld, textOf, warn, writerOf } from "./gate-world.ts";
import { isWritten } from "./link-warnings.ts";

const mostValues = 60;

/**
 * Where each name, date, amount, link, address and number of the draft stands already: in the owner's own words before
 * anything else, then contacts, then the items that were read.
 */
export function valueSources(world: GateWorld): ValueSource[] {
  const found = findValues(`${world.outgoing.prose}\n${world.preview.fields.map(({ value }) => value).join("\n")}`);
  const own = readText([world.origin.utterance ?? "", world.typedByOwner ? world.ownWords : ""].join("\n"));
  const items = [...world.opened, ...world.read].map((item) => ({ item, read: readText(wholeText(item)) }));
  const contacts = readText(world.known.map((known) => `${known.name} ; ${known.value}`).join("\n"));
  return found.slice(0, mostValues).map((value) => {
    const base = { value: value.value, kind: value.kind };
    if (holds(own, value)) return { ...base, from: "owner", itemIds: [] };
    if (isOwnName(world, value) || holds(contacts, value)) return { ...base, from: "contacts", itemIds: [] };
    const holding = items.filter(({ read }) => holds(read, value)).map(({ item }) => item.id);
    return holding.length > 0 ? { ...base, from: "item", itemIds: holding } : { ...base, from: "none", itemIds: [] };
  });
}

/**
 * What nobody said: amber for what can cost money or lead elsewhere (amounts, numbers, addresses, telephone numbers), a note
 * for names and dates, which are often said in other words ("next Tuesday"). Links have a warning of their own.
 */
export function inventedWarnings(world: GateWorld, values: readonly ValueSource[]): Warning[] {
  if (world.typedByOwner || world.origin.by === "rule" || !world.outgoing.leaves) return [];
  return values
    .filter(({ from, kind }) => from === "none" && kind !== "link")
    .map(({ value, kind }) =>
      warn("invented_value", kind === "name" || kind === "date" ? "note" : "amber", `Nobody said ${value}.`, {
        about: value,
      }),
    );
}

/** Telephone numbers that only somebody else's text gives. */
export function phoneWarnings(world: GateWorld, values: readonly ValueSource[]): Warning[] {
  if (world.typedByOwner) return [];
  return values
    .filter(({ kind, from }) => kind === "phone" && from === "item")
    .flatMap(({ value, itemIds }) => {
      const sources = [...world.opened, ...world.read].filter((item) => itemIds.includes(item.id));
      if (sources.some((item) => item.sentEvidence)) return [];
      const isKnown = sources.some((item) => writerOf(item)?.known === true);
      return [
        warn("phone_from_content", isKnown ? "note" : "amber", `The number ${value} comes from a message.`, {
          about: value,
          itemIds,
        }),
      ];
    });
}

interface ReadText {
  keys: ReadonlySet<string>;
  folded: string;
  words: ReadonlySet<string>;
}

function readText(text: string): ReadText {
  const cut = text.slice(0, 200_000);
  return {
    keys: new Set(findValues(cut).map(({ kind, key }) => `${kind} ${key}`)),
    folded: fold(cut),
    words: new Set(foldedWords(cut)),
  };
}

function wholeText(item: GateItem): string {
  const parties = item.parties.map(({ name, address }) => `${rawText(name)} ; ${address}`);
  const times = item.event === null ? [] : [item.event.startsAt ?? "", item.event.endsAt ?? ""];
  return [textOf(item), rawText(item.quoted), ...parties, ...times, item.sentAt ?? "", item.foundAt ?? ""].join("\n");
}

function holds({ keys, folded, words }: ReadText, { kind, key, value }: FoundValue): boolean {
  if (keys.has(`${kind} ${key}`) || folded.includes(fold(value))) return true;
  if (kind === "link") return isWritten(folded, fold(key));
  // "Offer 450" and "450 €" are the same amount.
  if (kind === "amount") return words.has(key.replace(/\.00$/, "")) || folded.includes(key);
  if (kind === "phone") return folded.replace(/[\s()./-]/g, "").includes(key);
  // A greeting before a name, or a name whose parts stand apart.
  if (kind === "name")
    return key
      .split(" ")
      .slice(-2)
      .every((word) => words.has(word));
  return false;
}

function isOwnName({ request }: GateWorld, { kind, key }: FoundValue): boolean {
  if (kind === "address") return request.owner.identities.includes(key);
  return kind === "name" && request.owner.names.some((name) => key.endsWith(foldedWords(name).join(" ")));
}
