const ordinary = /^[\n\t\x20-\x7e]*$/;
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const invisible =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

export interface CleanText {
  text: string;
  /** Invisible, bidirectional and tag characters that were removed. */
  hiddenCharacters: number;
}

/**
 * Text as it may be stored: LF line ends, well formed, no control characters, and without the invisible, bidirectional and
 * tag characters that hide text from a person or show it in another order; those are counted. Contract: pure, linear.
 */
export function cleanText(source: string): CleanText {
  if (ordinary.test(source)) return { text: source, hiddenCharacters: 0 };
  let hiddenCharacters = 0;
  const text = source
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, "\n")
    .replace(controls, "")
    .replace(invisible, () => {
      hiddenCharacters += 1;
      return "";
    });
  return { text, hiddenCharacters };
}

/** The same for a header value or a name: on one line, at most `limit` characters. */
export function cleanLine(source: string, limit = 2_000): string {
  const short = source.length > limit ? source.slice(0, limit) : source;
  return cleanText(short).text.replace(/\s+/g, " ").trim();
}
