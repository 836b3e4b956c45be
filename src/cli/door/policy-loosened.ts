import { isSameJson } from "../../core/canonical.ts";
import { plural } from "../../core/plural.ts";
import type { Policy, PolicyRule } from "../../core/policy.ts";

/** In what a policy asks the owner less than the one before, in sentences; empty when in nothing. Contract: pure. */
export function policyLoosened(before: Policy, after: Policy): string[] {
  const grown = (name: string, was: number, is: number): string[] =>
    is > was ? [`${name}: ${was} before, now ${is}.`] : [];
  const missing = (rules: readonly PolicyRule[], there: readonly PolicyRule[]): PolicyRule[] =>
    rules.filter((rule) => !there.some((one) => isSameJson(one, rule)));
  const gone = missing(before.rules, after.rules).filter((rule) => rule.do !== "allow");
  const come = missing(after.rules, before.rules).filter((rule) => rule.do === "allow");
  const isQuietLess = before.quiet_hours !== null && !isSameJson(before.quiet_hours, after.quiet_hours);
  return [
    ...(after.undo_seconds < before.undo_seconds
      ? [`A yes can be taken back for ${after.undo_seconds} s only, no longer ${before.undo_seconds}.`]
      : []),
    ...(isQuietLess
      ? [after.quiet_hours === null ? "There are no quiet hours any more." : "The quiet hours are others."]
      : []),
    ...grown("Messages a day", before.caps.send, after.caps.send),
    ...grown("Changes a day", before.caps.change, after.caps.change),
    ...grown("Critical effects a day", before.caps.critical, after.caps.critical),
    ...grown("To one person an hour", before.caps.per_person_an_hour, after.caps.per_person_an_hour),
    ...grown("Hours a card waits", before.expiry_hours.send, after.expiry_hours.send),
    ...grown("Hours a critical card waits", before.expiry_hours.critical, after.expiry_hours.critical),
    ...(before.dictated === "ask" && after.dictated === "send" ? ["What you dictate goes out without a card."] : []),
    ...(come.length === 0
      ? []
      : [`${plural(come.length, "rule")} more that ${come.length === 1 ? "allows" : "allow"}.`]),
    ...(gone.length === 0
      ? []
      : [`${plural(gone.length, "rule")} less that ${gone.length === 1 ? "asks or denies" : "ask or deny"}.`]),
  ];
}
