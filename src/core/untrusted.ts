declare const untrustedBrand: unique symbol;

/**
 * Text that somebody else wrote. At run time it is a plain string; to the compiler it is opaque, so that it cannot be
 * concatenated, printed or sent by accident. It leaves the type through exactly three doors: `rawText` for pure analysis
 * and storage, `forScreen` for a terminal or log line, and the model's fencing function.
 */
export interface Untrusted {
  readonly [untrustedBrand]: "text others wrote";
}

/** Marks text that came from outside. Contract: pure, never throws. */
export function untrusted(text: string): Untrusted {
  return text as unknown as Untrusted;
}

/** The characters themselves, for rules, indexing, hashing and storage. Never for a screen, never for a model. */
export function rawText(text: Untrusted): string {
  return text as unknown as string;
}

const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const invisible =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

/**
 * The one escaping function for terminals and logs: control characters (terminal escapes among them) become `�`, invisible
 * and bidirectional characters are dropped, line breaks and tabs become one space unless `multiline` is asked for.
 * Contract: pure, never throws; the result holds no C0, C1 or bidirectional control character except, when `multiline`,
 * `\n`.
 */
export function forScreen(text: Untrusted | string, options: { multiline?: boolean } = {}): string {
  const plain = String(text)
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/[\u2028\u2029\u0085]/g, "\n");
  const spaced = options.multiline === true ? plain.replace(/\t/g, "  ") : plain.replace(/[\t\n ]+/g, " ");
  return spaced.replace(controls, "\ufffd").replace(invisible, "");
}

/**
 * As `forScreen`, but nothing is left out: characters nobody would see, and control characters, are named in their place
 * (`‹U+200B›`). For what the owner is to approve, where a hidden character is part of what goes out.
 * Contract: pure, never throws; holds no C0, C1 or bidirectional control character except `\n` and none that is invisible.
 */
export function forDecision(text: Untrusted | string): string {
  const named = (found: string): string =>
    `‹U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}›`;
  return String(text)
    .toWellFormed()
    .replace(/\r\n/g, "\n")
    .replace(/\t/g, "    ")
    .replace(/[\u2028\u2029\u0085]/g, named)
    .replace(controls, named)
    .replace(invisible, named);
}
