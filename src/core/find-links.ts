import { parse } from "tldts";

export interface FoundLink {
  /** As it stands in the text. */
  written: string;
  /** Host in lower case as ASCII, without brackets; empty where there is none (file:, data:, javascript:). */
  host: string;
  /** Path, query and fragment. */
  rest: string;
  /** Loaded by showing the text, without a click: Markdown images, HTML sources. */
  remote: boolean;
  /** Leads to this machine, its network, or a file. */
  local: boolean;
}

const schemed = /\b(?:https?|ftp|wss?|file|data|javascript|tg|blob|gopher|smb):(?:\/\/)?[^\s<>"'`|\\^{}]+/giu;
const bare = /(?<![\w@./:-])(?:www\.[\w-]+(?:\.[\w-]+)+|(?:[\w-]+\.)+[a-z]{2,24}(?=\/))[^\s<>"'`|\\^{}]*/giu;
const schemeless = /(?<![:\w/])\/\/[\w-]+(?:\.[\w-]+)+[^\s<>"'`|\\^{})\]]*/gu;
const loaded =
  /!\[[^\]\n]*\]\s*(?:\(\s*<?|\[[^\]\n]*\])|<(?:img|video|audio|source|iframe|embed|object|link|script|input|image|track|base|meta)\b|url\(|@import|\bposter\s*=|\bping\s*=|\bbackground\s*=|\bsrcset\s*=/iu;

/** Links of a text, in order, each once. Contract: pure; understands plain text, Markdown and HTML alike. */
export function findLinks(text: string): FoundLink[] {
  const found = new Map<string, FoundLink>();
  for (const pattern of [schemed, bare, schemeless]) {
    for (const hit of text.matchAll(pattern)) {
      const written = trimEnd(hit[0]);
      if (written === "" || [...found.keys()].some((known) => known.includes(written))) continue;
      const link = readLink(written);
      if (link !== null) found.set(written, { ...link, remote: isLoaded(text, hit.index) });
    }
  }
  return [...found.values()];
}

/** Whether a text holds what is fetched when it is shown, wherever to. */
export function loadsRemote(text: string): boolean {
  return loaded.test(text) && (findLinks(text).some((link) => link.remote) || /<(?:img|script|iframe)\b/i.test(text));
}

function isLoaded(text: string, at: number): boolean {
  const line = text.slice(Math.max(0, at - 200), at);
  const before = line.slice(Math.max(line.lastIndexOf("\n"), line.lastIndexOf(">"), line.lastIndexOf(") ")) + 1);
  if (loaded.test(before)) return true;
  // A reference definition of an image: `[r]: https://…` with `![a][r]` elsewhere.
  const label = /^\s*\[([^\]]+)\]:\s*<?$/.exec(before)?.[1];
  return label !== undefined && (text.includes(`][${label}]`) || text.includes(`![${label}]`)) && /!\[/.test(text);
}

function readLink(written: string): Omit<FoundLink, "remote"> | null {
  if (/^(?:file|data|javascript|blob|smb):/i.test(written))
    return { written, host: "", rest: written.replace(/^\w+:/, ""), local: /^(?:file|smb):/i.test(written) };
  const full = /^[a-z]+:/i.test(written)
    ? written
    : written.startsWith("//")
      ? `https:${written}`
      : `https://${written}`;
  if (!URL.canParse(full)) return { written, host: "", rest: written, local: false };
  const url = new URL(full);
  const host = url.hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
  const known = parse(host, { allowPrivateDomains: false });
  const isName = /^[a-z]+:/i.test(written) || written.startsWith("//") || /^www\./i.test(written);
  if (!isName && known.isIcann !== true) return null;
  const rest = `${url.pathname === "/" ? "" : url.pathname}${url.search}${url.hash}`;
  return { written, host, rest, local: isLocalHost(host) };
}

/**
 * Loopback, private, link-local, shared and reserved networks, names without a dot, and names of local networks. Contract:
 * pure; `host` as `URL` writes it, so that octal, hexadecimal and single-number addresses are plain already.
 * Source: IANA special-purpose address registries; RFC 6761, 6762, 8375.
 */
export function isLocalHost(host: string): boolean {
  if (host.includes(":")) return isLocalIpv6(host);
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return isLocalIpv4(host);
  return (
    !host.includes(".") ||
    /\.(?:localhost|local|internal|lan|home|corp|intranet|home\.arpa|test|onion)$/.test(host) ||
    isNumberName(host)
  );
}

/** Names of public services that answer with the address inside the name. */
function isNumberName(host: string): boolean {
  const inside = /(?:^|[.-])(\d{1,3}[.-]\d{1,3}[.-]\d{1,3}[.-]\d{1,3})(?=[.-])/.exec(host)?.[1];
  return inside !== undefined && isLocalIpv4(inside.replaceAll("-", "."));
}

function isLocalIpv4(host: string): boolean {
  const [a = 0, b = 0, c = 0] = host.split(".").map(Number);
  if (a === 0 || a === 10 || a === 127 || a >= 224) return true;
  if (a === 100) return b >= 64 && b <= 127;
  if (a === 169) return b === 254;
  if (a === 172) return b >= 16 && b <= 31;
  if (a === 192) return b === 168 || (b === 0 && (c === 0 || c === 2)) || (b === 88 && c === 99);
  return (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) || (a === 203 && b === 0 && c === 113);
}

function isLocalIpv6(host: string): boolean {
  const plain = host.replace(/%.*$/, "");
  const mapped =
    /^(?:::(?:ffff:(?:0:)?)?|64:ff9b:(?:1:)?:?)(?:([\da-f]{1,4}):([\da-f]{1,4})|(\d+\.\d+\.\d+\.\d+))$/.exec(plain);
  if (plain === "::" || plain === "::1") return true;
  if (mapped !== null) return isLocalIpv4(mapped[3] ?? dotted(mapped[1] ?? "", mapped[2] ?? ""));
  const sixToFour = /^2002:([\da-f]{1,4}):([\da-f]{1,4}):/.exec(plain);
  if (sixToFour !== null) return isLocalIpv4(dotted(sixToFour[1] ?? "", sixToFour[2] ?? ""));
  return /^(?:f[cd]|fe[89a-f]|ff|2001:db8|2001:0?:|100:|64:ff9b:1:)/.test(plain);
}

function dotted(high: string, low: string): string {
  const [h, l] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [h >> 8, h & 255, l >> 8, l & 255].join(".");
}

/** A sentence's end and closing brackets are not the link's, unless opened inside it. */
function trimEnd(written: string): string {
  let plain = written.replace(/[.,;:!?…]+$/, "");
  for (const [open, close] of [
    ["(", ")"],
    ["[", "]"],
  ] as const) {
    while (plain.endsWith(close) && plain.split(close).length > plain.split(open).length) plain = plain.slice(0, -1);
  }
  return plain.replace(/[.,;:!?]+$/, "");
}
