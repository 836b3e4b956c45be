import { JsonScan } from "./json-scan.ts";

const maxValueBytes = 16 * 1024 * 1024;

/** The elements of a JSON array as bytes, cut apart without reading them, so that a broken one costs only itself. */
export function cutArray(bytes: Uint8Array): Uint8Array[] {
  const values: Uint8Array[] = [];
  const scan = new JsonScan(
    {
      wants: (path) => path.length === 1,
      onValue: (_path, value) => values.push(value),
      onTooLarge: () => values.push(new Uint8Array()),
    },
    { offset: 0, frames: [] },
    maxValueBytes,
  );
  scan.write(bytes);
  return values;
}

/**
 * Reads JSON as Telegram Desktop writes it: control characters as `\x0B`, which is no JSON, become `\u000B`; raw control
 * characters become spaces. Undefined when it is no JSON even then. Contract: pure, never throws.
 */
export function readTelegramJson(bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes);
  const mended = text.includes("\\x") ? mendEscapes(text) : text;
  try {
    return JSON.parse(mended);
  } catch {
    // The strict reading failed; raw control characters inside strings are the one thing left to mend.
    return parseWithoutControls(mended);
  }
}

/** `\xHH` becomes `\u00HH`; an escaped backslash before an x (`\\x`) stays what it is. */
export function mendEscapes(text: string): string {
  return text.replace(/\\(?:x([0-9A-Fa-f]{2})|[\s\S])/g, (whole: string, hex: string | undefined) =>
    hex === undefined ? whole : `\\u00${hex}`,
  );
}

function parseWithoutControls(text: string): unknown {
  try {
    return JSON.parse(text.replace(/[\u0000-\u001f]/g, " "));
  } catch {
    return undefined;
  }
}
