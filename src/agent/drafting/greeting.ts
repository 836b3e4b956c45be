import { fold, foldedWords } from "../../core/fold.ts";

const opening =
  /^(?:hi|hey|hello|dear|good (?:morning|afternoon|evening)|hallo|hei|liebe[rs]?|sehr geehrte[rs]?|guten (?:morgen|tag|abend)|moin|servus|salut|bonjour|bonsoir|cher|chere|coucou|hola|buen(?:os|as) (?:dias|tardes|noches)|estimad[oa]s?|querid[oa]s?|ciao|buongiorno|buonasera|gentile|car[oaie]|egregi[oa]|ola|oi|bom dia|boa tarde|boa noite|prezad[oa]s?|car[oa]s?)\b[ ,]*([^,.!:;–—\n?]{0,60})/;
/** What stands in greetings, and before a name at the end, beside names. */
const courtesies = new Set(
  `mr mrs ms dr prof sir madam all everyone everybody both team there friends folks again and frau herr herren damen und zusammen alle
  alles beide ihr ihnen nochmal m mme mlle monsieur madame et tous toutes docteur a vous equipe sr sra srta senor senora don dona y todos
  todas equipo e signor signora signore dott dottor dottoressa tutti tutte gentili senhor senhora equipa doutor doutora mum mama maman`
    .split(/\s+/)
    .filter((word) => word !== ""),
);

const formulas = new Set(
  `hi hey hello dear good morning afternoon evening hallo liebe lieber liebes sehr geehrte geehrter guten morgen tag abend moin servus salut bonjour
  bonsoir cher chere hola buenos buenas dias tardes noches estimado estimada querido querida ciao buongiorno buonasera gentile caro cara
  ola bom dia boa tarde noite prezado prezada best kind warm many thanks regards cheers love viele beste herzliche schone grusse gruss
  danke merci amities saludos gracias saluti grazie abraco obrigado obrigada`
    .split(/\s+/)
    .filter((word) => word !== ""),
);

/** Whether a folded word is part of how letters begin and end, and no name. */
export function isCourtesy(word: string): boolean {
  return courtesies.has(word) || formulas.has(word);
}

/**
 * The names a letter's first line greets that are nobody's in the thread; empty when it greets rightly, or nobody. `names` are those
 * of the people in it: display names, addresses, how they sign. Contract: pure.
 */
export function wronglyGreeted(text: string, names: readonly string[]): string[] {
  const line = text.trim().split("\n")[0] ?? "";
  const known = new Set(names.flatMap(foldedWords));
  return greetedWords(line).filter((word) => !known.has(word));
}

function greetedWords(line: string): string[] {
  const folded = fold(line.slice(0, 120));
  const greeted = opening.exec(folded)?.[1];
  if (greeted !== undefined) return namesIn(greeted, line);
  // "Paul," alone, or before the first sentence.
  const called = /^(\p{Lu}[\p{L}'-]+(?: (?:und|and|et|y|e|&) \p{Lu}[\p{L}'-]+)?),/u.exec(line)?.[1];
  const isAlone = called !== undefined && line.trim().length === called.length + 1;
  return isAlone ? namesIn(fold(called), line) : [];
}

/** In "hi thanks for …" no name is meant: names are written large, and few words follow a greeting. */
function namesIn(greeted: string, line: string): string[] {
  const large = new Set((line.match(/\p{Lu}[\p{L}'-]*/gu) ?? []).flatMap(foldedWords));
  const words = foldedWords(greeted);
  return words.length > 6 ? [] : words.filter((word) => large.has(word) && !courtesies.has(word));
}
