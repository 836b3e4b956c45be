import type { Tier } from "../../src/core/action.ts";
import { emailIdentity } from "../../src/core/identity.ts";
import { type PolicyRule, readReach } from "../../src/core/policy.ts";
import { mailboxOf } from "./compare-identity.ts";
import type { GateRequest } from "./gate.ts";

/**
 * Whether a rule of policy.yaml speaks of this card, whose tier is `tier`. Contract: pure. What forbids or asks is read widely:
 * anybody reached, the same mailbox in another spelling, hosts below the domain. What allows is read narrowly: everybody
 * reached, and exactly; a card that reaches nobody is not allowed by `to`.
 */
export function matchesRule({ when, do: kind }: PolicyRule, request: GateRequest, tier: Tier): boolean {
  const { action, content, origin, preview } = request;
  if (when.action !== undefined && !isNamed(when.action, action.name)) return false;
  if (when.account !== undefined && !isSame(when.account, content.account)) return false;
  if (when.tier !== undefined && when.tier !== tier) return false;
  if (when.by !== undefined && when.by !== origin.by) return false;
  if (when.from_rule !== undefined && when.from_rule !== origin.rule) return false;
  const reached = preview.recipients.map(({ address }) => address);
  if (when.to === undefined) return true;
  const to = when.to;
  return kind === "allow"
    ? reached.length > 0 && reached.every((address) => isMeant(to, address, false))
    : reached.some((address) => isMeant(to, address, true));
}

/** `gmail.archive`, `gmail.*`, `*`. */
function isNamed(pattern: string, name: string): boolean {
  if (pattern === "*") return true;
  return pattern.endsWith(".*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

function isSame(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}

function isMeant(to: string, written: string, widely: boolean): boolean {
  const reach = readReach(to);
  const address = emailIdentity(written)?.value ?? written.trim().toLowerCase();
  if (reach === null) return false;
  if (reach.kind === "domain") {
    return address.endsWith(`@${reach.value}`) || (widely && address.endsWith(`.${reach.value}`));
  }
  if (address === reach.value) return true;
  const bothMail = address.includes("@") && reach.value.includes("@");
  return widely && bothMail && withoutTag(mailboxOf(address)) === withoutTag(mailboxOf(reach.value));
}

/** `anna+shop@…` reaches Anna nearly everywhere: for a prohibition that is enough. */
function withoutTag(address: string): string {
  return address.replace(/\+[^@]*@/, "@");
}
