import { foldedWords } from "../../core/fold.ts";

/** The languages of `data/vocabulary`, with little words that stand in nearly every sentence; folded, so without accents. */
const littleWords: Readonly<Record<string, string>> = {
  en: `the and you to of is for that this with are have your will be was not from would could if they there what when
    which my me i'm it's i'll don't do can we our he she been just know let about how hi hello thanks best regards yes`,
  de: `der die das und ich du sie es ist nicht ein eine einen dem den mit auf fur im am zum zur wir ihr wie was wann aber
    auch noch bei von aus dass wird haben habe hat kann sind bin uns mir dir mich dich gern gerne danke vielen gruss grusse
    viele hallo liebe lieber bitte schon ja nein oder wenn nach uber vor`,
  fr: `le les des du une est je tu vous nous ils elle elles il et pas ne que qui pour dans sur avec ce cette ces mon ma mes
    votre vos ton ta tes notre nos au aux bonjour merci oui non c'est j'ai d'accord bien cordialement suis sont mais ou
    tres aussi peux`,
  es: `el los las una es yo tu usted ustedes nosotros y que en por para con su sus mi mis lo le se del al muy pero mas como
    hola gracias si no esta estoy son hay tambien puedo puedes saludos cuando donde este eso nos te ya un la`,
  it: `il lo gli una uno e che di per con non sono sei ci vi mi ti si del della dei delle nel nella alla al ma piu come
    ciao grazie anche questo questa ho hai ha posso puoi saluti quando dove cosa perche io tu lui lei noi voi un la le`,
  pt: `o os as um uma e que de do da dos das para com nao em no na nos nas por voce voces eu nos ele ela mas mais como
    ola obrigado obrigada sim esta estou sao tambem posso pode abraco quando onde isso este meu minha seu sua te ja ao`,
};

const byWord = indexWords();
/** Fewer words than this that tell a language are no evidence. */
const fewestWords = 3;
/** The first language has to be this much ahead of the next. */
const margin = 1.3;

/**
 * The language a text is in, of those of `data/vocabulary`; null for a text that is too short, mixed, or in none of them.
 * Contract: pure, linear, never throws; looks at the first 4,000 characters.
 */
export function detectLanguage(text: string): string | null {
  const scores = new Map<string, number>();
  let told = 0;
  for (const word of foldedWords(text.slice(0, 4000))) {
    const languages = byWord.get(word);
    if (languages === undefined) continue;
    told += 1;
    // A word of four languages says little, a word of one says all.
    for (const language of languages) scores.set(language, (scores.get(language) ?? 0) + 1 / languages.length);
  }
  if (told < fewestWords) return null;
  const [first, second] = [...scores].sort(([, a], [, b]) => b - a);
  if (first === undefined || first[1] < 1.5) return null;
  return second === undefined || first[1] >= second[1] * margin ? first[0] : null;
}

function indexWords(): ReadonlyMap<string, readonly string[]> {
  const index = new Map<string, string[]>();
  for (const [language, words] of Object.entries(littleWords)) {
    for (const word of new Set(words.split(/\s+/))) index.set(word, [...(index.get(word) ?? []), language]);
  }
  return index;
}
