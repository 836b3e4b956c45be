import { getDomain } from "tldts";
import { rawText } from "../../core/untrusted.ts";
import type { TriageContext } from "../triage-context.ts";
import type { Collector } from "./collector.ts";
import type { ItemFacts } from "./read-item.ts";

/**
 * A notice of a service about the owner's account. Genuine means: nothing about the sender is suspicious, and the domain is a
 * known brand's or known to the owner and did not fail authentication, or passed it. Otherwise it is unproven, never buried.
 */
export function addSecuritySignals(facts: ItemFacts, context: TriageContext, collector: Collector): void {
  if (facts.item.channel !== "mail" || facts.from === null || !facts.says("security")) return;
  if (collector.names.has("marketing") || collector.names.has("newsletter")) if (facts.mass) return;
  const personal = !facts.machine && !facts.mass && facts.item.mail?.inReplyTo != null;
  if (personal || facts.reading.wordCount > 400 || (facts.viaList && facts.others.length > 0)) return;
  const suspicious = [
    "lookalike",
    "brand_impersonated",
    "auth_failed",
    "reply_to_mismatch",
    "assistant_command",
  ] as const;
  if (suspicious.some((name) => collector.names.has(name))) return;
  const domain = facts.from.address.slice(facts.from.address.lastIndexOf("@") + 1);
  const trusted = context.lookalikes.isBrandDomain(domain)
    ? !isFreeMail(domain)
    : context.lookalikes.isKnownDomain(domain);
  const proven =
    facts.authentication === "passed" ||
    (facts.authentication === "unknown" && (trusted || linksStayHome(facts, domain)));
  if (proven && !isFreeMail(domain))
    collector.add("security_notice", "a security notice about an account of yours", { vetoes: true });
  else collector.add("security_unproven", "reads like a security notice", { vetoes: true });
}

function isFreeMail(domain: string): boolean {
  return /^(?:gmail|googlemail|outlook|hotmail|live|yahoo|gmx|web|icloud|me|proton|protonmail)\.[a-z.]+$/.test(domain);
}

function linksStayHome(facts: ItemFacts, domain: string): boolean {
  const home = getDomain(domain) ?? domain;
  const links = facts.item.mail?.links ?? [];
  if (
    /password|passwort|contrase|mot de passe|senha/i.test(rawText(facts.item.text)) &&
    links.length > 0 &&
    facts.says("credentials")
  )
    return false;
  return links.every((link) => (getDomain(link) ?? home) === home);
}
