import { field, list, number, text } from "../../find-values.ts";
import type { Desk } from "../desk.ts";
import { guessLanguage } from "../language.ts";

/** What the scripted model says to the owner is labelled as such, whatever surface shows it. */
export function toOwner(words: string): string {
  return `[scripted model] ${words}`;
}

/** A sentence in the owner's language. */
export function inLanguage(desk: Desk, words: { en: string; de: string; fr: string }): string {
  const language = guessLanguage(desk.words);
  return language === "de" || language === "fr" ? words[language] : words.en;
}

/** Asks the owner, where that can be done; else says what it would need to know. */
export function askOwner(desk: Desk, question: string, choices: readonly string[] = []): string {
  if (desk.has("ask_owner")) desk.ask("ask_owner", { question: toOwner(question), choices: [...choices] });
  return toOwner(question);
}

/** Proposes a bundle and says what became of it. `about` are the items the owner can open. */
export function proposeCards(
  desk: Desk,
  steps: readonly { action: string; ask: Record<string, unknown>; after?: number }[],
  { why, about, more = "" }: { why: string; about: readonly (number | null)[]; more?: string },
): string {
  const input = { steps: steps.map((step) => ({ ...step })), why };
  const data = desk.ask("propose", input);
  const cites = cite(about);
  if (!Array.isArray(field(data, "cards"))) {
    const refused = text(data, "refused") || desk.said("propose", input);
    const told = inLanguage(desk, {
      en: "It was not taken as a card.",
      de: "Daraus wurde keine Karte.",
      fr: "Cela n'a pas donné de carte.",
    });
    return toOwner(`${told} ${refused} ${cites}`.replace(/ +/g, " ").trim());
  }
  const cards = list(data, "cards");
  const numbers = cards.map((card) => number(card, "number")).filter((one) => one !== null);
  const count = Math.max(cards.length, cards.length === 0 ? steps.length : 0);
  const waits = inLanguage(desk, {
    en: count === 1 ? "One card waits for you" : `${count} cards wait for you`,
    de: count === 1 ? "Eine Karte wartet auf dich" : `${count} Karten warten auf dich`,
    fr: count === 1 ? "Une carte t'attend" : `${count} cartes t'attendent`,
  });
  const named = numbers.length === 0 ? "" : ` (${numbers.join(", ")})`;
  return toOwner([`${waits}${named}.`, more, cites].filter((one) => one !== "").join(" "));
}

/** `[#12] [#13]`, each item once. */
export function cite(items: readonly (number | null)[]): string {
  return [...new Set(items)].flatMap((item) => (item === null ? [] : [`[#${item}]`])).join(" ");
}

/** Which of these actions there are, best first; all of them where nothing tells. */
export function knownActions(desk: Desk, names: readonly string[]): string[] {
  const data = desk.ask("actions", { names: [...names] });
  const listed = list(data, "actions").map((one) => text(one, "name"));
  return names.filter((name) => listed.includes(name));
}

/** Whether an action takes a field, by the schema it was shown with. */
export function takesField(desk: Desk, names: readonly string[], action: string, name: string): boolean {
  const data = desk.ask("actions", { names: [...names] });
  const one = list(data, "actions").find((each) => text(each, "name") === action);
  return field(one, "ask", "properties", name) !== undefined;
}
