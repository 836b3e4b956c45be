/** What is said of a text whose bytes named no encoding that fits. */
export const guessedLetters = "The file is not UTF-8; its letters were guessed.";

/**
 * Text from bytes of unknown origin: UTF-8 and UTF-16 with or without byte order mark, else Windows-1252 (`guessed` true).
 * NUL characters and lone surrogates are removed or replaced. Contract: pure, never throws.
 */
export function decodeBytes(bytes: Uint8Array, charset?: string): { text: string; guessed: boolean } {
  const named = charset === undefined ? null : decodeWith(bytes, charset, true);
  if (named !== null) return { text: cleanText(named), guessed: false };
  const encoding = markedEncoding(bytes) ?? "utf-8";
  const strict = decodeWith(bytes, encoding, true);
  if (strict !== null) return { text: cleanText(strict), guessed: false };
  return { text: cleanText(decodeWith(bytes, "windows-1252", false) ?? ""), guessed: true };
}

/** Text as the store wants it: well formed, without NUL characters. */
export function cleanText(text: string): string {
  return text.replaceAll("\u0000", "").toWellFormed();
}

function decodeWith(bytes: Uint8Array, charset: string, fatal: boolean): string | null {
  try {
    return new TextDecoder(charset, { fatal }).decode(bytes);
  } catch {
    // An unknown label and a broken sequence mean the same here: another charset is tried.
    return null;
  }
}

function markedEncoding(bytes: Uint8Array): string | null {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  // Outlook and Notepad save "Unicode" without a mark: every other byte of a Latin beginning is zero.
  if (second === 0 && fourth === 0 && first !== 0 && third !== 0 && bytes.length >= 4) return "utf-16le";
  if (first === 0 && third === 0 && second !== 0 && fourth !== 0 && bytes.length >= 4) return "utf-16be";
  return null;
}
