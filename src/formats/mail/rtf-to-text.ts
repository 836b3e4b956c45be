const sizeLimit = 4_000_000;
const skippedGroups =
  /^(?:fonttbl|colortbl|stylesheet|info|pict|themedata|listtable|listoverridetable|rsidtbl|generator|xmlnstbl|datastore)$/;
const cp1252 = new TextDecoder("windows-1252");

/**
 * The text of simple RTF, with paragraphs as lines. Tables, pictures and fonts are dropped; text that was HTML before it
 * became RTF keeps only what is outside of `\htmlrtf` groups. Contract: pure, linear, never throws.
 */
export function rtfToText(rtf: string): string {
  const source = rtf.slice(0, sizeLimit);
  const token = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)/gi;
  const out: string[] = [];
  const skips: boolean[] = [];
  let isSkipped = false;
  let isOpening = false;
  let unicodeSkip = 0;
  for (const match of source.matchAll(token)) {
    const [, word, argument, hex, symbol, brace, text] = match;
    if (brace === "{") {
      if (skips.length < 100_000) skips.push(isSkipped);
      isOpening = true;
      continue;
    }
    if (brace === "}") isSkipped = skips.pop() ?? false;
    else if (symbol === "*" && isOpening) isSkipped = true;
    else if (word !== undefined && isOpening && skippedGroups.test(word)) isSkipped = true;
    else if (!isSkipped) {
      const piece = renderToken(word, argument, hex, symbol, text);
      if (word === "u") unicodeSkip = 1;
      else if (unicodeSkip > 0 && piece !== "") {
        unicodeSkip = 0;
        out.push(hex === undefined ? piece.slice(1) : "");
        isOpening = false;
        continue;
      }
      out.push(piece);
    }
    isOpening = false;
  }
  return out
    .join("")
    .toWellFormed()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}

function renderToken(
  word: string | undefined,
  argument: string | undefined,
  hex: string | undefined,
  symbol: string | undefined,
  text: string | undefined,
): string {
  if (text !== undefined) return text;
  if (hex !== undefined) return cp1252.decode(Uint8Array.of(Number.parseInt(hex, 16)));
  if (symbol !== undefined) return symbol === "~" ? " " : /[{}\\]/.test(symbol) ? symbol : "";
  if (word === "par" || word === "line" || word === "row") return "\n";
  if (word === "tab" || word === "cell") return "\t";
  if (word === "u" && argument !== undefined) return String.fromCharCode(Number(argument) & 0xffff);
  return "";
}
