import type { VerdictClass } from "../../core/verdict.ts";
import type { Paint } from "./paint.ts";

/** The word of a class at the head of a digest line. */
export function classLabel(verdictClass: VerdictClass): string {
  switch (verdictClass) {
    case "urgent":
      return "URGENT";
    case "reply":
      return "REPLY";
    case "event":
      return "EVENT";
    case "document":
      return "DOC";
    case "waiting":
      return "WAIT";
    case "stale":
      return "STALE";
    case "care":
      return "CARE";
    case "to_know":
      return "KNOW";
    case "ignore":
      return "IGNORE";
  }
}

/** Only what needs the eye has a colour: urgent is red, a trap is magenta; the rest is bold. */
export function paintClass(paint: Paint, verdictClass: VerdictClass, text: string): string {
  if (verdictClass === "urgent") return paint.bold(paint.red(text));
  if (verdictClass === "care") return paint.bold(paint.magenta(text));
  if (verdictClass === "ignore" || verdictClass === "to_know") return paint.dim(text);
  return paint.bold(text);
}
