import { fold } from "../../core/fold.ts";

/** What a line of `rules.md` forbids to write, word for word. */
export interface ForbiddenPhrase {
  phrase: string;
  /** The line that says so. */
  rule: string;
}

const forbids =
  /\b(?:never|do not|don't|avoid|no longer|nie|niemals|nicht|kein(?:e|en|er|em)?|jamais|ne|evite[rz]?|nunca|no|evita(?:r|re)?|mai|non|nao)\b/;
const quoted = /[„“"«]([^“”"»„«\n]{2,80})[“”"»]|(?<![\p{L}\p{N}])['‘]([^'’\n]{2,80})['’](?![\p{L}\p{N}])/gu;

/**
 * The quoted words of lines that forbid: `Never write "circle back".` What they say without quotes is guidance, which the prompt carries.
 * Contract: pure; reads the first 400 lines.
 */
export function forbiddenPhrases(rules: string): ForbiddenPhrase[] {
  return rules
    .split("\n")
    .slice(0, 400)
    .filter((line) => forbids.test(fold(line.replace(quoted, " "))))
    .flatMap((line) =>
      [...line.matchAll(quoted)].map((hit) => ({
        phrase: (hit[1] ?? hit[2] ?? "").trim(),
        rule: line.replace(/^[\s*-]+/, "").trim(),
      })),
    )
    .filter(({ phrase }) => phrase !== "");
}

/** Those of them that a text uses, whatever its case and spacing. Contract: pure. */
export function usedPhrases(text: string, forbidden: readonly ForbiddenPhrase[]): ForbiddenPhrase[] {
  const words = spaced(text);
  return forbidden.filter(({ phrase }) => words.includes(spaced(phrase)));
}

function spaced(text: string): string {
  return ` ${(fold(text).match(/[\p{L}\p{N}']+/gu) ?? []).join(" ")} `;
}
