import { findValues } from "../core/find-values.ts";
import { foldedWords } from "../core/fold.ts";

const capital = /(?<![\p{L}\p{N}])[\p{Lu}\p{Lt}][\p{L}\p{M}]*/gu;
const digits = /\p{N}+/gu;
const currencies = /\p{Sc}/gu;
/** Letters of scripts without capitals, where any word may be a name. */
const uncased = /\p{Lo}+/gu;
const longestLine = 120;

/** How a line may begin though the text has no such word. Anything else with a capital could be a name. */
const openers = new Set(
  `a an the your you they he she it we i is are can could will would wants want needs need asks ask asking invites invited offers
  offer confirms proposes suggests says tells wonders waits waiting please pay sign send call reply answer decide check new moved
  cancelled canceled changed reminder question request
  der die das ein eine dein deine du sie er es wir ich ist kann will mochte braucht fragt bittet ladt bietet bestatigt schlagt sagt
  wartet bitte neu neue neuer verschoben abgesagt
  le la les un une ton ta tes votre vos tu vous il elle on nous je est peut veut demande invite propose confirme attend nouveau nouvelle
  el los las una tu tus su usted quiere pide pregunta invita propone confirma espera nuevo nueva por
  lo gli il vuole chiede puo conferma aspetta o os as um uma seu sua quer pede pergunta convida confirma`.split(/\s+/),
);

/**
 * Whether a line says only what stands in a text: every digit, date, time, amount, address and link of it, and every word that may be
 * a name: with a capital (but for a few at the beginning), or in a script without capitals. Numbers in words are not looked at.
 * Contract: pure; when in doubt it is false, since the sentence that the item itself has is always there.
 */
export function checkLine(line: string, text: string): boolean {
  const asked = line.trim();
  if (asked === "" || asked.length > longestLine || /[\n\r]/.test(asked)) return false;
  const rest = withoutValues(asked, text);
  return rest !== null && namesStand(rest, text);
}

/** The line without its dates and amounts, which are written in many ways; null when one of its values is not in the text. */
function withoutValues(line: string, text: string): string | null {
  const keys = new Set(findValues(text).map(({ kind, key }) => `${kind} ${key}`));
  const values = findValues(line).filter(({ kind }) => kind !== "name");
  if (values.some(({ kind, key }) => !keys.has(`${kind} ${key}`))) return null;
  if ((line.match(currencies) ?? []).some((sign) => !text.includes(sign))) return null;
  const written = values.flatMap(({ kind, value }) => (kind === "date" || kind === "amount" ? [value] : []));
  const rest = written.reduce((left, value) => left.replaceAll(value, (found) => " ".repeat(found.length)), line);
  const numbers = new Set(text.match(digits) ?? []);
  return (rest.match(digits) ?? []).every((number) => numbers.has(number)) ? rest : null;
}

function namesStand(line: string, text: string): boolean {
  const words = new Set(foldedWords(text));
  for (const { 0: word, index } of line.matchAll(capital)) {
    const [folded = ""] = foldedWords(word);
    const isOpener = folded === "i" || (index === 0 && openers.has(folded));
    if (!isOpener && !words.has(folded)) return false;
  }
  const plain = text.normalize("NFKC");
  return (line.normalize("NFKC").match(uncased) ?? []).every((run) =>
    pairsOf(run).every((pair) => plain.includes(pair)),
  );
}

/** What stands side by side in a run; the run itself where it is one character. */
function pairsOf(run: string): string[] {
  const signs = [...run];
  return signs.length === 1 ? signs : signs.slice(1).map((sign, at) => `${signs[at]}${sign}`);
}
