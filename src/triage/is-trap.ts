import type { Examined } from "./judge-thread.ts";
import type { SignalName } from "./signals/signal-names.ts";

const asks = [
  "asks_credentials",
  "asks_untraceable_payment",
  "bank_change",
  "asks_to_leak",
  "payment_due",
  "overdue",
] as const;

/**
 * Whether what was examined looks like a trap. One strong sign is enough (a confusable sender, commands to an assistant, hidden
 * commands, new bank details); weak signs need a second one, since people do write from new addresses.
 */
export function isTrap({ facts, collector }: Examined): boolean {
  const has = (name: SignalName) => collector.names.has(name);
  if (has("hidden_command") || has("assistant_command") || has("bank_change")) return true;
  if ((collector.strengths.get("asks_to_leak") ?? 0) > 1) return true;
  if ((collector.strengths.get("lookalike") ?? 0) >= 1) return true;
  if (facts.known) return has("auth_failed") && asks.some(has);
  const spoofsOwner = facts.item.fromOwner && has("auth_failed");
  if (spoofsOwner || has("asks_to_leak") || has("asks_untraceable_payment")) return true;
  const resemblance = collector.strengths.get("lookalike") ?? 0;
  if (resemblance > 0 && (asks.some(has) || has("auth_failed"))) return true;
  const foreign =
    has("brand_impersonated") || has("name_with_other_address") || has("reply_to_mismatch") || has("auth_failed");
  if (foreign && (asks.some(has) || facts.says("security") || facts.says("urgency")))
    return !facts.mass || has("asks_credentials");
  return (
    has("asks_credentials") &&
    !has("security_notice") &&
    !has("code") &&
    facts.authentication !== "passed" &&
    (facts.item.mail?.links.length ?? 0) > 0
  );
}
