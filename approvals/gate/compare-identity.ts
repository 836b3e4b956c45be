import { domainToUnicode } from "node:url";
import { getDomain } from "tldts";
import { editDistance } from "../../src/core/edit-distance.ts";
import { skeletonOf } from "../../src/core/skeleton.ts";

/**
 * How a candidate stands to a known address, host or number. `same_mailbox` reaches the same person by the provider's rules;
 * `invalid` holds characters no address has.
 */
export type Likeness = "equal" | "same_mailbox" | "lookalike" | "unrelated" | "invalid";

/** White space, control, format (bidi, zero width), soft hyphen, fillers, variation selectors: in no address, host or number. */
const never = /[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\p{Variation_Selector}\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]/u;

/**
 * Compares two identity values of the same kind: e-mail addresses, hosts, or numbers in E.164.
 *
 * Contract: pure, symmetric but for `invalid`, which is about the candidate. Nothing is equal by prefix, suffix or name.
 */
export function compareIdentity(known: string, candidate: string): Likeness {
  if (candidate === "" || never.test(candidate)) return "invalid";
  const [a, b] = [known.normalize("NFC").toLowerCase(), candidate.normalize("NFC").toLowerCase()];
  if (a === b || toShown(a) === toShown(b)) return "equal";
  if (isNumber(a) || isNumber(b)) return isNumber(a) && isNumber(b) ? compareNumbers(a, b) : "unrelated";
  if (a.includes("@") !== b.includes("@")) return "unrelated";
  if (!a.includes("@")) return isHostLike(a, b) ? "lookalike" : "unrelated";
  if (mailboxOf(a) === mailboxOf(b)) return "same_mailbox";
  return isAddressLike(a, b) ? "lookalike" : "unrelated";
}

/**
 * The first of many known addresses and numbers that a candidate looks like; null when none. As `compareIdentity` with each,
 * but every host is looked at once. Contract: pure.
 */
export function findLookalike(known: readonly string[], candidate: string): string | null {
  const at = candidate.lastIndexOf("@");
  if (at < 0) return known.find((one) => compareIdentity(one, candidate) === "lookalike") ?? null;
  const [local, host] = [squeeze(candidate.slice(0, at).toLowerCase()), candidate.slice(at + 1).toLowerCase()];
  const byHost = Map.groupBy(
    known.filter((one) => one.includes("@")),
    (one) => one.slice(one.lastIndexOf("@") + 1),
  );
  for (const [other, addresses] of byHost) {
    const isNear = isHostLike(other, host) || isSameProvider(other, host);
    // On another host only the same name can make a lookalike.
    const worth = isNear ? addresses : addresses.filter((one) => squeeze(one.slice(0, one.lastIndexOf("@"))) === local);
    const found = worth.find((one) => compareIdentity(one, candidate) === "lookalike");
    if (found !== undefined) return found;
  }
  return null;
}

function isSameProvider(a: string, b: string): boolean {
  return a === b || mailboxOf(`x@${a}`) === mailboxOf(`x@${b}`);
}

/** Whether an address, host or number holds a character that none may hold: it is refused, never repaired. */
export function hasForbiddenCharacter(value: string): boolean {
  return never.test(value);
}

/** The mailbox an address leads to where the provider's rules are known: Google ignores dots, tags and its second name. */
export function mailboxOf(address: string): string {
  const at = address.lastIndexOf("@");
  const [local, host] = [address.slice(0, at).toLowerCase(), address.slice(at + 1).toLowerCase()];
  if (host !== "gmail.com" && host !== "googlemail.com") return `${local}@${host}`;
  return `${local.replace(/\+.*$/, "").replaceAll(".", "")}@gmail.com`;
}

/** Whether a host mixes scripts in one label, or spells a Latin-looking one in letters of another script. */
export function isHomograph(address: string): boolean {
  const shown = toShown(address.slice(address.lastIndexOf("@") + 1).toLowerCase());
  if (/^[\x00-\x7f]*$/.test(shown)) return false;
  return shown.split(".").some((label) => isMixed(label) || isWholeImitation(label));
}

const scripts = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Armenian}/u];

function isMixed(label: string): boolean {
  return scripts.filter((script) => script.test(label)).length > 1;
}

/** A label of another script all of whose letters have a Latin twin. */
function isWholeImitation(label: string): boolean {
  return (
    !/\p{Script=Latin}/u.test(label) &&
    scripts.some((script) => script.test(label)) &&
    /^[a-z0-9]+$/.test(skeletonOf(label))
  );
}

function toShown(value: string): string {
  if (!value.includes("xn--")) return value;
  const at = value.lastIndexOf("@");
  return value.slice(0, at + 1) + domainToUnicode(value.slice(at + 1));
}

function isNumber(value: string): boolean {
  return /^\+?\d{5,}$/.test(value);
}

/** One digit off, two swapped, or the same digits behind another prefix. */
function compareNumbers(a: string, b: string): Likeness {
  const [x, y] = [a.replace("+", ""), b.replace("+", "")];
  const shorter = Math.min(x.length, y.length);
  if (shorter >= 8 && (x.endsWith(y) || y.endsWith(x))) return "lookalike";
  return shorter >= 8 && editDistance(x, y, 1) <= 1 ? "lookalike" : "unrelated";
}

function isAddressLike(a: string, b: string): boolean {
  const [localA, hostA] = split(a);
  const [localB, hostB] = split(b);
  const sameHost = hostA === hostB || mailboxOf(a).split("@")[1] === mailboxOf(b).split("@")[1];
  if (sameHost) return isLocalLike(localA, localB);
  if (localA === localB || squeeze(localA) === squeeze(localB)) return isHostLike(hostA, hostB, true);
  return isHostLike(hostA, hostB) && !isEnding(hostA, hostB);
}

/** The same name with other dots, dashes or confusable letters; one letter off from six letters, two from eleven. */
function isLocalLike(a: string, b: string): boolean {
  if (squeeze(a) === squeeze(b) || skeletonOf(a) === skeletonOf(b)) return true;
  const shorter = Math.min(a.length, b.length);
  // Numbered mailboxes (team1, team2) are neighbours, not imitations.
  if (a.replace(/\d+/g, "") === b.replace(/\d+/g, "")) return false;
  const allowed = shorter >= 11 ? 2 : shorter >= 6 ? 1 : 0;
  return allowed > 0 && editDistance(a, b, allowed) <= allowed;
}

/** `sameName`: the part before the @ is the same too, so that less is needed. */
function isHostLike(a: string, b: string, sameName = false): boolean {
  const [domainA, domainB] = [organisation(a), organisation(b)];
  if (domainA === domainB) return false;
  if (skeletonOf(domainA) === skeletonOf(domainB)) return true;
  if (isWithin(domainA, b) || isWithin(domainB, a)) return true;
  const [labelA, labelB] = [labelOf(domainA), labelOf(domainB)];
  if (sameName && (labelA === labelB || skeletonOf(labelA) === skeletonOf(labelB))) return true;
  const shorter = Math.min(labelA.length, labelB.length);
  if (shorter >= 4 && labelA !== labelB && skeletonOf(labelA) === skeletonOf(labelB)) return true;
  if (labelA === labelB) return shorter >= 4;
  const allowed = shorter >= 9 ? 2 : shorter >= (sameName ? 5 : 6) ? 1 : 0;
  return allowed > 0 && editDistance(labelA, labelB, allowed) <= allowed;
}

/** Only the ending differs: a house has many endings, so that by itself says nothing about another name in it. */
function isEnding(a: string, b: string): boolean {
  return labelOf(organisation(a)) === labelOf(organisation(b));
}

/** A known domain that stands in front of another one: `bank.example.evil.example`. */
function isWithin(domain: string, host: string): boolean {
  return domain.includes(".") && (host.startsWith(`${domain}.`) || host.includes(`.${domain}.`));
}

function split(address: string): [string, string] {
  const at = address.lastIndexOf("@");
  return [address.slice(0, at), address.slice(at + 1)];
}

function organisation(host: string): string {
  return getDomain(host) ?? host;
}

function labelOf(domain: string): string {
  return domain.split(".")[0] ?? domain;
}

function squeeze(local: string): string {
  return local.replace(/[._-]/g, "");
}
