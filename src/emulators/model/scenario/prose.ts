import { list, text } from "../find-values.ts";
import { guessLanguage } from "./language.ts";
import { sentences, shorten } from "./read-text.ts";

/** How somebody writes, counted: openings and endings by language, length, signs. */
export function describeStyle(data: unknown): string {
  const mails = list(data, "mails")
    .map((one) => text(one, "text"))
    .filter((one) => one.trim() !== "");
  const lines = mails.map((one) => sentences(one));
  const lengths = mails.map((one) => one.split(/\s+/).length).toSorted((a, b) => a - b);
  const middle = lengths[Math.floor(lengths.length / 2)] ?? 0;
  const openings = [
    ...new Set(lines.map((one) => `${guessLanguage(one.join(" "))}: ${(one[0] ?? "").split(/[\s,]/)[0] ?? ""}`)),
  ];
  const exclaims = mails.filter((one) => one.includes("!")).length * 2 > mails.length;
  return [
    "[scripted model]",
    `- Begins with: ${openings.slice(0, 6).join("; ")}`,
    `- Length: about ${middle < 30 ? "twenty" : middle < 80 ? "fifty" : "a hundred or more"} words`,
    `- Exclamation marks: ${exclaims ? "often" : "seldom"}`,
    "- Short, plain sentences; closes with the first name",
  ].join("\n");
}

/** Notes of the same name become the newest of them; what says the same twice is dropped. */
export function consolidate(data: unknown): { notes: unknown[]; dropped: string[] } {
  const byText = new Map<string, { name: string; text: string }>();
  const dropped: string[] = [];
  for (const note of list(data, "notes")) {
    const one = { name: text(note, "name"), text: text(note, "text") };
    const key = one.text.toLowerCase().replace(/\s+/g, " ").trim();
    if (byText.has(key)) dropped.push(one.name);
    else byText.set(key, one);
  }
  return { notes: [...byText.values()], dropped };
}

/** The first sentences of everything shown. */
export function summarise(fenced: readonly unknown[], words: string): string {
  const shown = [words, ...fenced.map((one) => JSON.stringify(one))].filter((one) => one !== "").join(" ");
  return `[scripted model] ${shorten(shown, 600)}`;
}
