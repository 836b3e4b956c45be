import { createRequire } from "node:module";
import { domainToASCII } from "node:url";
import type { CountryCode } from "libphonenumber-js/min";
import { type Channel, channels, type Identity } from "./item.ts";

/**
 * An e-mail address as an identity: trimmed, lower case, ASCII domain. Null when it has no local part, no domain, or holds
 * white space or control characters. No provider rules (dots, plus) are applied: a different spelling is a different
 * address until the owner says otherwise.
 */
export function emailIdentity(address: string): Identity | null {
  const trimmed = address.trim().replace(/^<|>$/g, "").normalize("NFC").toLowerCase();
  const at = trimmed.lastIndexOf("@");
  if (at < 1 || at === trimmed.length - 1 || /[\s\u0000-\u001f<>,;]/.test(trimmed)) return null;
  const host = trimmed.slice(at + 1).replace(/\.$/, "");
  const ascii = /^[\x00-\x7f]*$/.test(host) ? host : domainToASCII(host);
  return ascii === "" ? null : { kind: "email", value: `${trimmed.slice(0, at)}@${ascii}` };
}

/** Whether a text holds characters that nobody sees: an address written so is refused, never cleaned. Contract: pure. */
export function hasUnseen(text: string): boolean {
  return /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]/u.test(text);
}

const plainMailbox = /^[^\s@"(),:;<>[\]\\.]+(?:\.[^\s@"(),:;<>[\]\\.]+)*@[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/**
 * Whether an identity's value is one mailbox that can be written to as it stands: what needs quoting, a comment, another route
 * or a second look is none. Contract: pure.
 */
export function isPlainMailbox(address: string): boolean {
  return plainMailbox.test(address) && !hasUnseen(address);
}

/** A phone number as an identity in E.164; national numbers are read in `region` (ISO 3166 alpha-2). Null when it is none. */
export function phoneIdentity(number: string, region: string): Identity | null {
  const cleaned = number.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\u00a0]/g, " ").trim();
  if (!/^[+(]?[\d\s().\-/+]{5,}$/.test(cleaned)) return null;
  const country = toCountry(region);
  const { parsePhoneNumberFromString } = numberingPlans();
  const parsed =
    country === undefined ? parsePhoneNumberFromString(cleaned) : parsePhoneNumberFromString(cleaned, country);
  return parsed?.isPossible() === true ? { kind: "phone", value: parsed.number } : null;
}

/** A handle on a service, such as `telegram:user4711` or `telegram:@tom`; lower case. */
export function handleIdentity(service: string, handle: string): Identity {
  return { kind: "handle", value: `${service}:${handle.trim().toLowerCase()}` };
}

/** The name a chat export shows. It names somebody in that channel only and never joins anybody by itself. */
export function chatNameIdentity(channel: Channel, name: string): Identity {
  return { kind: "chatname", value: `${channel}:${name.normalize("NFC").replace(/\s+/g, " ").trim()}` };
}

/**
 * What `service:name` means, as a config, a contacts.csv or a decision writes it: `telegram:@clara` and `telegram:user123` are
 * handles; any other name of a chat service is the name its exports show. Contract: pure, never throws.
 */
export function accountIdentity(service: string, name: string): Identity {
  const channel = channels.find((one) => one === service);
  const isHandle = channel === undefined || /^(?:@|(?:user|channel|chat)?\d+$)/.test(name.trim());
  return isHandle ? handleIdentity(service, name) : chatNameIdentity(channel, name);
}

/** Numbering plans take 20 MB and 30 ms to load, in every thread: only who meets a number pays. */
function numberingPlans(): typeof import("libphonenumber-js/min") {
  return createRequire(import.meta.url)("libphonenumber-js/min");
}

function toCountry(region: string): CountryCode | undefined {
  const { isSupportedCountry } = numberingPlans();
  const upper = region.toUpperCase();
  return isSupportedCountry(upper) ? upper : undefined;
}
