import { createHash } from "node:crypto";
import type { ThreadView } from "../../core/thread.ts";
import { rawText } from "../../core/untrusted.ts";

const itemsThatCount = 12;
/** Of each text, so that a view with longer texts names the same state. */
const charactersThatCount = 4000;

/**
 * Names the state of a thread that a model judges: its title and its newest items with their text. Contract: pure; equal for
 * threads in which nothing was said since, whatever was relabelled or judged.
 */
export function fingerprintThread(view: ThreadView): string {
  const items = view.items
    .slice(-itemsThatCount)
    .map((item) => [item.id, rawText(item.subject), rawText(item.text).slice(0, charactersThatCount)]);
  const whole = JSON.stringify([rawText(view.title), items]);
  return createHash("sha256").update(whole).digest("base64url").slice(0, 22);
}
