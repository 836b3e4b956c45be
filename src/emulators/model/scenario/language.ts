export const languages = ["en", "de", "fr", "es", "it", "pt"] as const;
export type Language = (typeof languages)[number];

/** Small words that give a language away. */
const marks: Record<Language, RegExp> = {
  en: /\b(?:the|and|you|your|please|thanks|with|could|would|have|is|are|for|this|what|when|did|my|to|of|i'm|it|at|in|be)\b/giu,
  de: /\b(?:der|die|das|und|ich|sie|du|bitte|danke|nicht|mit|ist|für|wir|ein|eine|auf|kannst|können|was|wann|dem|den|zu|im)\b/giu,
  fr: /\b(?:le|la|les|et|je|vous|tu|merci|pas|avec|est|pour|nous|une|des|peux|pouvez|que|quand|ma|mon|à|chez|du|sur)\b/giu,
  es: /\b(?:el|los|las|y|yo|usted|por|gracias|con|es|para|nosotros|una|puedes|puede|cuándo|qué|del|muy|está|hola)\b/giu,
  it: /\b(?:il|gli|io|lei|grazie|non|con|è|per|noi|una|puoi|può|quando|che|della|ciao|sono|ti|mi|del)\b/giu,
  pt: /\b(?:o|os|eu|você|obrigada?|não|com|é|para|nós|uma|pode|quando|que|da|olá|muito|está|ao|do)\b/giu,
};

/** The language of a text by its small words; English when nothing tells. */
export function guessLanguage(text: string): Language {
  const scores = languages.map((language) => ({ language, score: (text.match(marks[language]) ?? []).length }));
  const best = scores.toSorted((a, b) => b.score - a.score)[0];
  return best === undefined || best.score === 0 ? "en" : best.language;
}

/** A language as its code or by what is given as one; else that of the text. */
export function readLanguage(given: string, text: string): Language {
  return languages.find((one) => given.toLowerCase().startsWith(one)) ?? guessLanguage(text);
}
