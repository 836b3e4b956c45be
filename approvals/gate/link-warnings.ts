import type { Warning } from "../../src/core/card.ts";
import { type FoundLink, findLinks, loadsRemote } from "../../src/core/find-links.ts";
import { linkKey } from "../../src/core/find-values.ts";
import { rawText } from "../../src/core/untrusted.ts";
import type { GateItem } from "../../src/store/gate-facts.ts";
import { isHomograph } from "./compare-identity.ts";
import { type GateWorld, textOf, warn, writerOf } from "./gate-world.ts";

/** Links that would leave: where each comes from, what it carries, and where it leads. */
export function linkWarnings(world: GateWorld): Warning[] {
  const { outgoing } = world;
  const own = keysOf(world.ownWords);
  const opened = world.opened.map((item) => ({ item, text: wholeText(item), keys: keysOf(wholeText(item)) }));
  const links = findLinks(`${outgoing.whole}\n${outgoing.fileText.slice(0, 50_000)}`);
  const warnings = links.flatMap((link) => {
    const key = linkKey(link.host, link.rest);
    const holds = ({ text, keys }: (typeof opened)[number]): boolean => keys.has(key) || isWritten(text, key);
    const sources = opened.filter(holds).map(({ item }) => item);
    return [
      ...originOf(world, link, own.has(key), sources),
      ...natureOf(link),
      ...dataOf(world, link, own.has(key), sources),
    ];
  });
  if (loadsRemote(outgoing.whole))
    warnings.push(warn("remote_content", "amber", "It holds what would be loaded from elsewhere when it is shown."));
  return warnings;
}

function originOf(world: GateWorld, link: FoundLink, isOwn: boolean, sources: readonly GateItem[]): Warning[] {
  if (isOwn) return [];
  const about = link.host === "" ? link.written.slice(0, 60) : link.host;
  if (sources.length > 0) {
    // From the request's own thread: shown with its source; held where nobody known wrote it.
    const isKnown = sources.some((item) => item.sentEvidence || writerOf(item)?.known === true);
    const text = `The link to ${about} comes from the conversation.`;
    return [warn("new_link", isKnown ? "note" : "amber", text, { about, itemIds: sources.map((item) => item.id) })];
  }
  const key = linkKey(link.host, link.rest);
  const found = world.read.filter(({ foundAt }) => foundAt !== null && keysOf(foundAt).has(key));
  if (found.length > 0) {
    // The page itself, not what it points at: the request looked it up.
    const text = `The link to ${about} was found by a search of the web.`;
    return [warn("new_link", "amber", text, { about, itemIds: found.map((item) => item.id) })];
  }
  const elsewhere = world.read.filter((item) => keysOf(wholeText(item)).has(key));
  const from =
    elsewhere.length > 0 ? "comes from something else that was read" : "stands nowhere in what you wrote or opened";
  return [
    warn("new_link", elsewhere.length > 0 ? "red" : "amber", `The link to ${about} ${from}.`, {
      about,
      itemIds: elsewhere.map((item) => item.id),
    }),
  ];
}

function natureOf(link: FoundLink): Warning[] {
  const about = link.host === "" ? link.written.slice(0, 60) : link.host;
  const warnings: Warning[] = [];
  if (link.local)
    warnings.push(warn("private_link", "red", `${about} leads to this computer or its network.`, { about }));
  else if (/^(?:javascript|data|blob|file|smb):/i.test(link.written))
    warnings.push(warn("private_link", "red", "A link is code or a file, not an address.", { about }));
  if (isHomograph(link.host))
    warnings.push(warn("homograph", "red", `${about} mixes letters of several alphabets.`, { about }));
  return warnings;
}

/** A link nobody wrote, whose path or query says something: that is a way out for data. */
function dataOf(world: GateWorld, link: FoundLink, isOwn: boolean, sources: readonly GateItem[]): Warning[] {
  if (isOwn || sources.length > 0 || !world.outgoing.leaves) return [];
  const values = dataIn(link);
  if (values.length === 0) return [];
  const text = [...world.opened, ...world.read]
    .map((item) => `${textOf(item)}\n${rawText(item.quoted)}`.toLowerCase())
    .join("\n");
  const carries = values.some((value) => value.length >= 4 && decodings(value).some((plain) => text.includes(plain)));
  const level = carries || link.remote || values.some(isDense) ? "red" : "amber";
  return [warn("link_with_data", level, `The link to ${link.host} carries data in it.`, { about: link.host })];
}

function dataIn(link: FoundLink): string[] {
  const [path = "", query = ""] = link.rest.split(/[?#](.*)/s);
  const inQuery = query
    .split(/[&;#]/)
    .map((part) => part.slice(part.indexOf("=") + 1))
    .filter((value) => value.length >= 3);
  const inPath = path.split("/").filter((part) => part.length >= 24 || (part.length >= 16 && isDense(part)));
  const inHost = link.host
    .split(".")
    .slice(0, -2)
    .filter((label) => label.length >= 24);
  return [...inQuery, ...inPath, ...inHost];
}

/** Letters and digits as chance mixes them, not words with dashes. */
function isDense(value: string): boolean {
  return (
    value.length >= 8 &&
    /\d/.test(value) &&
    /[a-z]/.test(value) &&
    /[A-Z]/.test(value) &&
    !/[-_ ]/.test(value.slice(2, -2))
  );
}

function decodings(value: string): string[] {
  const plain = value.replaceAll("+", " ");
  const forms = [plain];
  if (URL.canParse(`x:${plain}`)) forms.push(decode(plain));
  if (/^[\w+/=-]+$/.test(value))
    forms.push(Buffer.from(value, "base64").toString("utf8"), Buffer.from(value, "hex").toString("utf8"));
  return forms.map((form) => form.toLowerCase()).filter((form) => form.length >= 4 && !form.includes("\ufffd"));
}

/** Percent signs that encode nothing stay. */
function decode(value: string): string {
  return value.replace(/(?:%[\da-f]{2})+/gi, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"));
}

function keysOf(text: string): Set<string> {
  return new Set(findLinks(text).map((link) => linkKey(link.host, link.rest)));
}

/** Whether a link stands there without its scheme, under a domain that no list of domains knows. Contract: pure. */
export function isWritten(text: string, key: string): boolean {
  if (!key.includes("/")) return false;
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
    const [before, after] = [text.charAt(at - 1), text.slice(at + key.length)];
    if (!/[\w.@:/-]/.test(before) && /^[.,;:!?)]*(?:\s|$)/.test(after)) return true;
  }
  return false;
}

function wholeText(item: GateItem): string {
  return `${textOf(item)}\n${rawText(item.quoted)}\n${item.event === null ? "" : rawText(item.event.conference)}`;
}
