import { type PolicyConditions, type PolicyRule, readReach } from "../../src/core/policy.ts";
import type { GateRequest } from "./gate.ts";

/**
 * Whether a rule of policy.yaml speaks of this card. Contract: pure. `to` holds for deny and ask when anybody reached is meant,
 * for allow only when everybody is; a card that reaches nobody is never allowed by `to`.
 */
export function matchesRule({ when, do: kind }: PolicyRule, request: GateRequest): boolean {
  const { action, content, origin, preview } = request;
  if (when.action !== undefined && !isNamed(when.action, action.name)) return false;
  if (when.account !== undefined && when.account.trim().toLowerCase() !== content.account) return false;
  if (when.tier !== undefined && when.tier !== content.tier && when.tier !== request.raisedTier) return false;
  if (when.by !== undefined && when.by !== origin.by) return false;
  if (when.from_rule !== undefined && when.from_rule !== origin.rule) return false;
  const reached = preview.recipients.map(({ address }) => address);
  return when.to === undefined || isReached(when.to, reached, kind === "allow");
}

/** `gmail.archive`, `gmail.*`, `*`. */
function isNamed(pattern: string, name: string): boolean {
  if (pattern === "*") return true;
  return pattern.endsWith(".*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

function isReached(to: NonNullable<PolicyConditions["to"]>, addresses: readonly string[], all: boolean): boolean {
  const reach = readReach(to);
  if (reach === null) return false;
  const isMeant = (address: string): boolean => {
    const plain = address.toLowerCase();
    return reach.kind === "address" ? plain === reach.value : plain.endsWith(`@${reach.value}`);
  };
  return all ? addresses.length > 0 && addresses.every(isMeant) : addresses.some(isMeant);
}
