import { fold } from "../../core/fold.ts";

const days = "tomorrow|tonight|monday|tuesday|wednesday|thursday|friday|saturday|sunday|eod|end of";
const tage = "morgen|heute|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|ende";

/** How people take something on, loosely; on folded text. What rules are sure of is found elsewhere. */
const phrases = [
  `i'?ll|i will|i'?m going to|i am going to|let me|gonna|you'?ll (?:have|get)|you will (?:have|get)|we'?ll|we will`,
  `leave (?:it|that) (?:to|with) me|count on (?:me|it)|consider it done|on my list|will (?:do|send|get|bring|check|call|share|forward|fix|write)`,
  `by (?:${days})|promise[ds]?`,
  `ich (?:werde|mach|mache|schick|schicke|bring|bringe|kummere|melde|ruf|rufe|schau|schaue|sag|sage|besorg|besorge|buche|kaufe?|hole?)`,
  `(?:mach|mache|schick|schicke|bring|bringe|kummere|melde|besorge?|hole?|sag|sage) ich|(?:kriegst|bekommst) du|bekommen sie|wird erledigt|versprochen|wir (?:melden|schicken|liefern|kommen)|bin (?:um|da|dabei)|bis (?:${tage})`,
  `je (?:vais|m'en occupe|te|vous|ferai|enverrai|m'en charge)|promis|j'(?:enverrai|apporte|apporterai)`,
  `voy a|me encargo|te (?:mando|envio|llamo|paso|digo|aviso)|lo hare|prometo|te lo|lo tengo|(?:tendre|tendras)`,
  `ti (?:mando|invio|faccio|chiamo|porto)|ci penso io|lo faccio|faro|mandero|prometto`,
  `vou|te mando|deixa comigo|estarei|eu (?:mando|envio|faco|levo)`,
].join("|");
const sounds = new RegExp(`(?<![\\p{L}\\p{N}'])(?:${phrases})(?![\\p{L}\\p{N}])`, "u");

/** Whether a text has words in which people promise, in six languages. Contract: pure; meant to find too much. */
export function soundsLikePromise(text: string): boolean {
  return sounds.test(fold(text));
}
