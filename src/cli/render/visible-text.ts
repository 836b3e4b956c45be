import { listInvisible } from "../../../approvals/gate/find-invisible.ts";
import { plural } from "../../core/plural.ts";
import { forDecision, rawText, type Untrusted } from "../../core/untrusted.ts";

const longBlank = 2;

/**
 * Text of several lines as it would leave, for a screen: what cannot be seen is named in its place (`‹U+200B›`), more than two empty
 * lines and long runs of spaces are folded with their number (`‹9 blank lines›`). Nothing is left out. Contract: pure, never
 * throws; the lines hold no control and no invisible character.
 */
export function showText(text: Untrusted | string): string[] {
  const lines = nameHidden(plainOf(text)).split("\n");
  const shown: string[] = [];
  let blank = 0;
  const endBlank = (): void => {
    if (blank > longBlank) shown.push(`‹${plural(blank, "blank line")}›`);
    else for (let left = blank; left > 0; left -= 1) shown.push("");
    blank = 0;
  };
  for (const line of lines) {
    if (/^[ \u00a0]*$/.test(line)) blank += 1;
    else {
      endBlank();
      shown.push(foldSpaces(line));
    }
  }
  endBlank();
  return shown;
}

/** The same for one line: a name, a subject, a file's name. Line breaks in it are named, too. */
export function showLine(text: Untrusted | string): string {
  return foldSpaces(nameHidden(plainOf(text)).replaceAll("\n", "‹U+000A›"));
}

function plainOf(text: Untrusted | string): string {
  return (typeof text === "string" ? text : rawText(text)).toWellFormed().replace(/\r\n/g, "\n");
}

/** Tag characters spell whole sentences that nobody sees: they are spelt out. */
function nameHidden(text: string): string {
  const parts: string[] = [];
  let at = 0;
  let tagged = "";
  const endTagged = (): void => {
    if (tagged !== "") parts.push(`‹${plural(tagged.length, "hidden character")}: “${tagged}”›`);
    tagged = "";
  };
  for (const { at: place, character, code } of listInvisible(text)) {
    const letter = letterOf(character);
    if (place > at || letter === null) endTagged();
    parts.push(forDecision(text.slice(at, place)));
    if (letter === null) parts.push(`‹${code}›`);
    else tagged += letter;
    at = place + character.length;
  }
  endTagged();
  parts.push(forDecision(text.slice(at)));
  return parts.join("");
}

function letterOf(character: string): string | null {
  const point = character.codePointAt(0) ?? 0;
  return point >= 0xe0020 && point <= 0xe007e ? String.fromCodePoint(point - 0xe0000) : null;
}

function foldSpaces(line: string): string {
  return line.replace(/[ \u00a0\u2000-\u200a\u3000]{40,}/g, (run) => ` ‹${plural(run.length, "space")}› `);
}
