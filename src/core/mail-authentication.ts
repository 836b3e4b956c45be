import { getDomain } from "tldts";

/** What the receiving server found out about the sender. */
export type Authentication = "passed" | "failed" | "unknown";

/**
 * Reads SPF, DKIM and DMARC results of one Authentication-Results header: DMARC decides; without it a passed DKIM is enough,
 * and a failed SPF without DKIM fails. Contract: pure; null is `unknown`. Source: RFC 8601.
 */
export function readAuthentication(header: string | null): Authentication {
  if (header === null) return "unknown";
  const [dmarc, dkim, spf] = [resultOf(header, "dmarc"), resultOf(header, "dkim"), resultOf(header, "spf")];
  if (dmarc === "pass") return "passed";
  if (dmarc === "fail" || dmarc === "permerror") return "failed";
  if (dkim === "pass") return "passed";
  if (dkim === "fail" || spf === "fail" || spf === "softfail") return "failed";
  return spf === "pass" ? "passed" : "unknown";
}

/**
 * As `readAuthentication`, but a pass counts only for the domain in From: DMARC says so itself; DKIM by the signing domain
 * and SPF by the envelope's, as organisational domains. A pass for somebody else's domain is `unknown`: bulk senders sign
 * with their own name. Contract: pure.
 */
export function readAlignedAuthentication(header: string | null, fromAddress: string): Authentication {
  const plain = readAuthentication(header);
  if (header === null || plain !== "passed" || resultOf(header, "dmarc") === "pass") return plain;
  const home = organisationOf(fromAddress);
  const isOurs = (clause: string): boolean =>
    /^\s*(?:dkim|spf)\s*=\s*pass\b/i.test(clause) &&
    [...clause.matchAll(/\b(?:header\.[di]|smtp\.mailfrom)\s*=\s*"?([^\s;"]+)/gi)].some(
      (found) => organisationOf(found[1] ?? "") === home,
    );
  // Each method speaks for the domain in its own clause only.
  return header.split(";").some(isOurs) ? "passed" : "unknown";
}

/** The server that says so: the first word of the header, lower case; empty when there is none. */
export function authenticatedBy(header: string | null): string {
  return /^\s*([^\s;]+)/.exec(header ?? "")?.[1]?.toLowerCase() ?? "";
}

function resultOf(header: string, method: string): string {
  return new RegExp(`\\b${method}\\s*=\\s*([a-z]+)`, "i").exec(header)?.[1]?.toLowerCase() ?? "none";
}

function organisationOf(address: string): string {
  const host = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
  return getDomain(host) ?? host;
}
