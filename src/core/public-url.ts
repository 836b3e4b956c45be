import { forScreen } from "./untrusted.ts";

/** A link as it is opened: `href` is the parsed form in ASCII, `host` without port; or why it is refused, in words. */
export type ReadUrl = { href: string; host: string } | { reason: string };

const longest = 4_096;

/**
 * Reads a link that the owner is to open: http(s) to a host anybody can reach. What counts is the parsed form, never the text:
 * `http://0x7f.1/` is this computer. Contract: pure, never throws. Refused are other schemes, a name or password before the
 * host, this computer, private and special networks (also inside IPv6), names that only a local network knows, invisible and
 * control characters, and more than 4,096 characters.
 *
 * What a name resolves to is not looked at: nothing is fetched here.
 * Source: https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry,
 * …/special-use-domain-names
 */
export function readPublicUrl(text: string): ReadUrl {
  if (text.length > longest) return { reason: "it is too long" };
  if (forScreen(text) !== text || /\s/.test(text)) return { reason: "it holds invisible characters or white space" };
  const url = URL.parse(text);
  if (url === null) return { reason: "it is no address of a web page" };
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return { reason: `it begins with ${url.protocol} and not with https:` };
  }
  if (url.username !== "" || url.password !== "") return { reason: "it has a name or password before the host" };
  const host = url.hostname;
  const reason = host.startsWith("[")
    ? refuseIpv6(host.slice(1, -1))
    : /^\d+(?:\.\d+){3}$/.test(host)
      ? refuseIpv4(host.split(".").map(Number))
      : refuseName(host);
  return reason === null ? { href: url.href, host } : { reason };
}

/** First address, and how many leading bits are the network. */
const specialIpv4: readonly (readonly [number, number, number, number, number])[] = [
  [0, 0, 0, 0, 8],
  [10, 0, 0, 0, 8],
  [100, 64, 0, 0, 10],
  [127, 0, 0, 0, 8],
  [169, 254, 0, 0, 16],
  [172, 16, 0, 0, 12],
  [192, 0, 0, 0, 24],
  [192, 0, 2, 0, 24],
  [192, 88, 99, 0, 24],
  [192, 168, 0, 0, 16],
  [198, 18, 0, 0, 15],
  [198, 51, 100, 0, 24],
  [203, 0, 113, 0, 24],
  [224, 0, 0, 0, 3],
];

function refuseIpv4(bytes: readonly number[]): string | null {
  const address = toNumber(bytes);
  const isSpecial = specialIpv4.some(
    ([a, b, c, d, bits]) =>
      Math.floor(address / 2 ** (32 - bits)) === Math.floor(toNumber([a, b, c, d]) / 2 ** (32 - bits)),
  );
  return isSpecial ? "it leads to this computer or into a private network" : null;
}

function toNumber(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** Only global unicast is let through, and of it no range that carries another address inside. */
function refuseIpv6(host: string): string | null {
  const groups = expandIpv6(host);
  const [first = 0, second = 0] = groups;
  const isGlobal = first >= 0x2000 && first <= 0x3fff;
  const isTranslated = first === 0x2002 || (first === 0x2001 && (second < 0x200 || second === 0xdb8));
  return isGlobal && !isTranslated && first !== 0x3fff ? null : "it leads to this computer or into a private network";
}

/** Eight groups of an address as the URL parser writes it: hexadecimal, at most one `::`. */
function expandIpv6(host: string): number[] {
  const [left = "", right] = host.split("::");
  const read = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const [before, after] = [read(left), read(right ?? "")];
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
}

const localEndings = [
  "localhost",
  "local",
  "internal",
  "intranet",
  "lan",
  "home",
  "corp",
  "private",
  "home.arpa",
  "in-addr.arpa",
  "ip6.arpa",
  "onion",
  "invalid",
  "test",
  "fritz.box",
] as const;

function refuseName(host: string): string | null {
  const name = host.replace(/\.$/, "");
  if (!/^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)+$/.test(name)) {
    return name.includes(".") ? "its host is no name" : "its host is known in a local network only";
  }
  const isLocal = localEndings.some((ending) => name === ending || name.endsWith(`.${ending}`));
  return isLocal ? "its host is known in a local network only" : null;
}
