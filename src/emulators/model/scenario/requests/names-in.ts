/** Words in capitals that are no names: what sentences begin with, days, months, languages' nouns of requests. */
const noNames =
  /^(?:who|what|when|where|how|are|is|do|does|did|wer|was|wann|wo|qui|quand|i|i'm|i'll|i’m|find|tell|write|send|let|set|arrange|schedule|invite|please|introduce|ask|say|with|and|can|could|next|week|hour|meeting|call|sag|sage|schreib|schreibe|suche?|finde?|bitte|stunde|termin|woche|zeit|uhr|ich|trouve|dis|écris|préviens|monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|january|february|march|april|may|june|july|august|september|october|november|december|mama|papa|mum|dad|google|zoom|meet|both|beiden|freund|freundin|kollegen|kollegin)$/iu;

/** The names in a text: runs of words in capitals, each once, in order. */
export function namesIn(text: string): string[] {
  const runs = text.match(/\p{Lu}[\p{L}'’-]*(?: (?:(?:von|van|de|da|dos) )?\p{Lu}[\p{L}'’-]*)*/gu) ?? [];
  const names = runs
    .map((run) =>
      run
        .split(" ")
        .filter((word) => !noNames.test(word))
        .join(" ")
        .replace(/['’]s$/u, ""),
    )
    .filter((run) => run.length > 1);
  return [...new Set(names)];
}
