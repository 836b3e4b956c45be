import { createHash } from "node:crypto";
import { rawText, type Untrusted, untrusted } from "./untrusted.ts";

const boundaryPattern = /^[a-z0-9]{8,32}$/;
const angles: Record<string, string> = { "<": "\\u003c", ">": "\\u003e", "\u2028": "\\u2028", "\u2029": "\\u2029" };
const invisible =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

/**
 * The one function that lets what others wrote reach a model: JSON between two lines that name the boundary. Inside, `<` and `>` are
 * escaped and characters nobody sees are dropped, so that no text ends the block or hides in it. `boundary` is `[a-z0-9]{8,32}`,
 * new for each run.
 * Contract: pure; throws `RangeError` for another boundary; equal values give equal bytes (keys in the order given).
 */
export function fence(value: unknown, boundary: string): string {
  if (!boundaryPattern.test(boundary)) throw new RangeError(`not a boundary: ${boundary}`);
  const json = JSON.stringify(value, (_key, one: unknown) =>
    typeof one === "string" ? one.replace(invisible, "") : one,
  );
  const safe = (json ?? "null").replace(/[<>\u2028\u2029]/g, (found) => angles[found] ?? "");
  return `<data-${boundary}>\n${safe}\n</data-${boundary}>`;
}

/** The boundary of a run: nobody who wrote to the owner could know it. */
export function boundaryOf(runId: string): string {
  return createHash("sha256").update(`boundary ${runId}`).digest("hex").slice(0, 12);
}

/** Text of others as a value for `fence`, cut to so many characters; says that it was cut. */
export function fenceable(text: Untrusted | null, most: number): string {
  const whole = text === null ? "" : rawText(text);
  if (whole.length <= most) return whole.toWellFormed();
  return `${whole.slice(0, most).toWellFormed()} [cut: ${whole.length - most} more characters]`;
}

/** What a model wrote is text of others as far as screens are concerned. */
export function fromModel(text: string): Untrusted {
  return untrusted(text);
}
