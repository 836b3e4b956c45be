import type { Verdict } from "../../core/verdict.ts";
import type { JudgedThread } from "../current-verdicts.ts";
import type { SignalName } from "../signals/signal-names.ts";

/** What rules know for certain, and what looks like a trap: no opinion changes it, and no words of it reach a batch. */
const settledBy: readonly SignalName[] = [
  "code",
  "receipt",
  "shipping",
  "bulk",
  "newsletter",
  "marketing",
  "outreach",
  "spam_folder",
  "thrown_away",
  "auto_submitted",
  "out_of_office",
  "bounce",
  "security_notice",
  "lookalike",
  "brand_impersonated",
  "asks_credentials",
  "asks_untraceable_payment",
  "asks_to_leak",
  "bank_change",
  "assistant_command",
  "hidden_command",
];
const settled = new Set<string>(settledBy);
/** Of these one is enough for a question to be one. */
const asked = new Set<string>(["direct_question", "request", "payment_due", "due_soon", "urgency"]);

/**
 * Whether rules left a thread open: a question without a strong sign, a message that asks nothing they could find, one that they
 * call quiet though somebody may have meant the owner. Contract: pure; never what is bulk, a code, a trap, or the owner's word.
 */
export function isUndecided({ info, verdict, corrected }: JudgedThread): boolean {
  if (corrected || info.channel === "calendar" || info.channel === "contacts") return false;
  if (info.state === "muted" || info.state === "done" || info.state === "snoozed") return false;
  const names = new Set(verdict.signals.map(({ name }) => name));
  if ([...names].some((name) => settled.has(name))) return false;
  switch (verdict.class) {
    case "reply":
      return !isCertainReply(verdict, names);
    case "to_know":
      return true;
    case "ignore":
      return verdict.ignoredAs === "quiet";
    case "urgent":
    case "event":
    case "document":
    case "waiting":
    case "stale":
    case "care":
      return false;
  }
}

/** Someone the owner knows asks the owner. */
function isCertainReply({ score }: Verdict, names: ReadonlySet<string>): boolean {
  const isAsked = [...asked].some((name) => names.has(name));
  return isAsked && names.has("known_person") && score >= 0.3;
}
