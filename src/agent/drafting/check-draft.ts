import { fold, foldedWords } from "../../core/fold.ts";
import { detectLanguage } from "./detect-language.ts";
import { type ForbiddenPhrase, usedPhrases } from "./forbidden-phrases.ts";
import { wronglyGreeted } from "./greeting.ts";
import { type DatedText, inventedValues } from "./invented-values.ts";

export const draftProblemCodes = [
  "empty",
  "length",
  "language",
  "placeholder",
  "invented_link",
  "invented_address",
  "invented_number",
  "invented_amount",
  "invented_date",
  "invented_name",
  "forbidden_phrase",
  "greeting",
  "assistant",
  "hidden_text",
] as const;
export type DraftProblemCode = (typeof draftProblemCodes)[number];

/** What is wrong with a draft. `stop`: it is not proposed. `note`: the owner is told beside it. */
export interface DraftProblem {
  code: DraftProblemCode;
  level: "stop" | "note";
  /** One sentence of ours. */
  text: string;
  /** The words of the draft it is about. */
  values: string[];
}

/** All that a draft may have taken its words from, and what it must keep to. */
export interface DraftFrame {
  /** ISO 639-1; null where the thread does not tell. */
  language: string | null;
  /** What the call showed, each text with the day it was written on, and the owner's own words. */
  sources: readonly DatedText[];
  /** Text of the thread that a reader would not have seen. */
  hidden: readonly string[];
  /** Names of the people in the thread without the owner: display names, addresses, how they sign. */
  names: readonly string[];
  forbidden: readonly ForbiddenPhrase[];
  /** Characters. */
  longest: number;
  /** The owner's day. */
  today: DatedText["at"];
}

const placeholder =
  /\[[^\]\n]{1,40}\]|\{\{?[^}\n]{1,40}\}?\}|<[A-Za-zÀ-ÿ][^>\n]{0,40}>|\bX{3,}\b|_{3,}|\bTO-?DO\b|\bTBD\b/gu;
const machineTalk =
  /\b(?:as an? (?:ai|assistant|language model)|i(?:'m| am) an? (?:ai|language model|virtual assistant|assistant)|(?:his|her|their) (?:ai )?assistant|als (?:ki|assistent(?:in)?|sprachmodell)|ich bin (?:ein|eine) (?:ki|assistent|assistentin|sprachmodell)|en tant qu'(?:ia|assistante?)|je suis une? (?:ia|assistante?)|como (?:ia|asistente|assistente)|soy (?:una ia|un asistente)|come (?:ia|assistente)|sono (?:un'ia|un assistente)|sou (?:uma ia|um assistente)|data-[a-f0-9]{8,}|system prompt|steward:)/;
const sayings: Readonly<Record<string, string>> = {
  link: "It has a link that stands nowhere in the thread.",
  address: "It has an address that stands nowhere in the thread.",
  phone: "It has a telephone number that stands nowhere in the thread.",
  number: "It has a number that stands nowhere in the thread.",
  amount: "It has an amount that stands nowhere in the thread.",
  date: "It has a date or time that stands nowhere in the thread.",
  name: "It names somebody who is not in the thread.",
};
const hiddenWords = 5;

/**
 * What code sees to be wrong with a drafted answer before it may become a card. Contract: pure, never throws; a text made of the
 * thread's own sentences invents nothing; what it invented is listed.
 */
export function checkDraft(draft: string, frame: DraftFrame): DraftProblem[] {
  if (draft.trim() === "") return [stop("empty", "It says nothing.", [])];
  return [
    ...checkForm(draft, frame),
    ...checkInvention(draft, frame),
    ...usedPhrases(draft, frame.forbidden).map(({ phrase, rule }) =>
      stop("forbidden_phrase", `The owner's rules forbid it: ${rule}`, [phrase]),
    ),
    ...checkHidden(draft, frame),
  ];
}

function checkForm(draft: string, { language, longest, names }: DraftFrame): DraftProblem[] {
  const problems: DraftProblem[] = [];
  if (draft.length > longest)
    problems.push(stop("length", `It has ${draft.length} characters; at most ${longest} will do.`, []));
  const written = detectLanguage(draft);
  if (language !== null && written !== null && written !== language)
    problems.push(stop("language", `It is not in the language of the thread (${language}).`, [written]));
  const gaps = draft.match(placeholder) ?? [];
  if (gaps.length > 0) problems.push(stop("placeholder", "It has a gap to fill in.", gaps));
  const greeted = wronglyGreeted(draft, names);
  if (greeted.length > 0) problems.push(stop("greeting", "It greets somebody who is not in the thread.", greeted));
  const machine = machineTalk.exec(fold(draft))?.[0];
  if (machine !== undefined)
    problems.push(stop("assistant", "It does not speak as the owner: they write it themselves.", [machine]));
  return problems;
}

function checkInvention(draft: string, { sources, names, today }: DraftFrame): DraftProblem[] {
  const known = [...sources, { text: names.join("\n"), at: today }];
  const invented = Map.groupBy(inventedValues({ text: draft, at: today }, known), ({ kind }) => kind);
  return [...invented].map(([kind, values]) => {
    const code = kind === "phone" ? "invented_number" : (`invented_${kind}` as const);
    const said = values.map(({ value }) => value);
    // A name is often said in other words; the gate tells the owner where none was.
    return { code, level: kind === "name" ? "note" : "stop", text: sayings[kind] ?? "", values: said };
  });
}

/** Five words in a row that nobody could have seen. */
function checkHidden(draft: string, { hidden, sources }: DraftFrame): DraftProblem[] {
  const seen = wordsOf(sources.map(({ text }) => text).join("\n"));
  const words = foldedWords(draft);
  for (const text of hidden) {
    const unseen = wordsOf(text);
    for (let at = 0; at + hiddenWords <= words.length; at += 1) {
      const run = ` ${words.slice(at, at + hiddenWords).join(" ")} `;
      if (unseen.includes(run) && !seen.includes(run))
        return [stop("hidden_text", "It repeats text that was hidden in a message.", [run.trim()])];
    }
  }
  return [];
}

function wordsOf(text: string): string {
  return ` ${foldedWords(text).join(" ")} `;
}

function stop(code: DraftProblemCode, text: string, values: string[]): DraftProblem {
  return { code, level: "stop", text, values };
}
