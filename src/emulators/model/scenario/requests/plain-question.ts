import { field, list, number, text } from "../../find-values.ts";
import type { Desk } from "../desk.ts";
import { fold, readParty, sentences, shorten } from "../read-text.ts";
import { cite, inLanguage, toOwner } from "./say-to-owner.ts";

/** Words that every question has; what is left is looked for. */
const everywhere = new Set(
  (
    "what when where which whom does have has had with from about this that there their they them please find show tell give know " +
    "the and for are was were did his her its our your who why how can could would should you any all last next week today my me is in of to on at it a an i be by or do " +
    "wann wo was wer wie welche welcher welches hat haben ist sind war waren mit von über der die das dem den ein eine einen und oder ich du mir mein meine zeig zeige finde such suche bitte letzte nächste woche " +
    "quand où que qui quoi comment quel quelle est sont avec de du des le la les un une et ou je tu mon ma mes dans pour montre trouve cherche"
  ).split(" "),
);
const mostWords = 5;

/** What the owner's own messages and papers say, with where it stands; or that nothing was found. */
export function plainQuestion(desk: Desk): string {
  const words = (desk.words.match(/[\p{L}\p{N}][\p{L}\p{N}'’.-]*/gu) ?? [])
    .map((word) => word.replace(/['’.-]+s?$/u, ""))
    .filter((word) => word.length > 2 && !everywhere.has(word.toLowerCase()));
  const hits = findHits(desk, [...new Set(words)].slice(0, mostWords));
  if (hits.length === 0) return toOwner(nothing(desk));
  const best = hits.slice(0, 3).flatMap((hit) => number(hit, "item") ?? []);
  const items = desk.askAll(best.map((id) => ({ name: "item", input: { id } }))).map((data) => field(data, "item"));
  const lines = items.flatMap((item) => lineOf(item, words));
  return toOwner(lines.length === 0 ? `${nothing(desk)} ${cite(best)}` : lines.join("\n"));
}

/** All words first, then without the last ones, then any of them. */
function findHits(desk: Desk, words: readonly string[]): unknown[] {
  for (let count = words.length; count > 0; count -= 1) {
    const hits = list(desk.ask("search", { words: words.slice(0, count).join(" "), limit: 10 }), "hits");
    if (hits.length > 0) return hits;
  }
  return words.length < 2 ? [] : list(desk.ask("search", { words: words.join(" OR "), limit: 10 }), "hits");
}

/** The sentence of an item that has most of the words, whoever wrote it, and its number. */
function lineOf(item: unknown, words: readonly string[]): string[] {
  const id = number(item, "item");
  const all = sentences(
    `${text(item, "text")}\n${list(item, "attachments")
      .map((one) => text(one, "text"))
      .join("\n")}`,
  );
  const score = (one: string): number => words.filter((word) => fold(one).includes(fold(word))).length;
  const best = all.toSorted((a, b) => score(b) - score(a))[0] ?? text(item, "title");
  if (id === null || best === "") return [];
  const party = readParty(text(item, "from"));
  const from = party.name || party.address;
  return [`- ${from === "" ? text(item, "title") : from}: ${shorten(best, 240)} [#${id}]`];
}

function nothing(desk: Desk): string {
  return inLanguage(desk, {
    en: "I searched and found nothing about that.",
    de: "Ich habe gesucht und nichts dazu gefunden.",
    fr: "J'ai cherché et n'ai rien trouvé à ce sujet.",
  });
}
