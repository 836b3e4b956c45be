import { getDomain } from "tldts";
import { z } from "zod";
import { editDistance } from "../core/edit-distance.ts";
import { fold } from "../core/fold.ts";
import { skeletonOf } from "../core/skeleton.ts";

/** Somebody the owner knows: an address (or other identity value) and the name they go by. */
export interface KnownParty {
  address: string;
  name: string;
}

const brandSchema = z.strictObject({ name: z.string(), domains: z.array(z.string()) });
export type Brand = z.output<typeof brandSchema>;

/** Reads `data/vocabulary/brands.json`. */
export function loadBrands(json: unknown): Brand[] {
  return z.strictObject({ brands: z.array(brandSchema) }).parse(json).brands;
}

/** How an address resembles a known one without being it, in words; `strong` ones are hardly ever innocent. */
export interface Resemblance {
  kind: "confusable" | "near" | "other_ending" | "domain_as_prefix" | "local_part";
  of: string;
  strong: boolean;
}

/** Answers what an unknown sender resembles. */
export interface LookalikeIndex {
  /** Null for a known domain's own addresses and for what resembles nothing. Remembers its answers by domain. */
  resemblance(address: string): Resemblance | null;
  /** Another address of the person who goes by exactly this name (two words or more); null when none. */
  addressOfName(name: string): string | null;
  /** The brand whose name stands in a display name although the domain is not the brand's. */
  impersonatedBrand(name: string, address: string): string | null;
  isKnownDomain(domain: string): boolean;
  isBrandDomain(domain: string): boolean;
}

interface Tables {
  domains: Set<string>;
  bySkeleton: Map<string, string>;
  byLabel: Map<string, string>;
  byLabelSkeleton: Map<string, string>;
  byDeletion: Map<string, string[]>;
}

const shortestForOne = 6;
const shortestForTwo = 9;
const shortestLabel = 4;

/** Builds the index from known parties and brands. Contract: pure apart from its own memory of answers; never throws. */
export function createLookalikeIndex(known: readonly KnownParty[], brands: readonly Brand[]): LookalikeIndex {
  const tables: Tables = {
    domains: new Set(),
    bySkeleton: new Map(),
    byLabel: new Map(),
    byLabelSkeleton: new Map(),
    byDeletion: new Map(),
  };
  const brandDomains = new Set(brands.flatMap((brand) => brand.domains));
  const knownDomains = new Set(known.map((party) => domainOf(party.address)).filter((domain) => domain !== ""));
  for (const domain of new Set([...knownDomains, ...brandDomains])) addDomain(tables, domain);
  const locals = new Map<string, string>();
  const names = new Map<string, string>();
  for (const { address, name } of known) {
    const at = address.lastIndexOf("@");
    if (at > 0) locals.set(`${squeezeLocal(address.slice(0, at))}@${address.slice(at + 1)}`, address);
    const key = nameKey(name);
    if (key.includes(" ") && !names.has(key)) names.set(key, address);
  }
  const memory = new Map<string, Resemblance | null>();
  return {
    resemblance: (address) => {
      const host = hostOf(address);
      if (host === "") return null;
      const answer = memory.get(host) ?? (memory.has(host) ? null : domainResemblance(host, tables));
      memory.set(host, answer);
      return answer ?? localResemblance(address, host, locals);
    },
    addressOfName: (name) => names.get(nameKey(name)) ?? null,
    impersonatedBrand: (name, address) => brandIn(name, address, brands),
    isKnownDomain: (domain) => knownDomains.has(getDomain(domain) ?? domain),
    isBrandDomain: (domain) => brandDomains.has(getDomain(domain) ?? domain),
  };
}

function addDomain(tables: Tables, domain: string): void {
  tables.domains.add(domain);
  tables.bySkeleton.set(skeletonOf(domain), domain);
  const label = labelOf(domain);
  if (!tables.byLabel.has(label)) tables.byLabel.set(label, domain);
  if (label.length >= shortestLabel) tables.byLabelSkeleton.set(skeletonOf(label), domain);
  for (const key of deletions(label)) {
    const list = tables.byDeletion.get(key) ?? [];
    list.push(domain);
    tables.byDeletion.set(key, list);
  }
}

function domainResemblance(host: string, tables: Tables): Resemblance | null {
  const domain = getDomain(host) ?? host;
  if (tables.domains.has(domain)) return null;
  const confusable = tables.bySkeleton.get(skeletonOf(domain));
  if (confusable !== undefined) return { kind: "confusable", of: confusable, strong: true };
  for (const known of tables.domains) {
    if (host.startsWith(`${known}.`) || host.includes(`.${known}.`))
      return { kind: "domain_as_prefix", of: known, strong: true };
  }
  const label = labelOf(domain);
  const swapped = tables.byLabel.get(label);
  if (swapped !== undefined && label.length >= 4) return { kind: "other_ending", of: swapped, strong: false };
  const sameSkeleton = tables.byLabelSkeleton.get(skeletonOf(label));
  if (sameSkeleton !== undefined) return { kind: "near", of: sameSkeleton, strong: true };
  const near = nearest(label, tables);
  return near === null ? null : { kind: "near", of: near, strong: false };
}

/** A domain within edit distance 1 (labels from 6 letters) or 2 (from 9), found over shared deletions. */
function nearest(label: string, tables: Tables): string | null {
  if (label.length < shortestForOne) return null;
  for (const key of deletions(label)) {
    for (const domain of tables.byDeletion.get(key) ?? []) {
      const other = labelOf(domain);
      const allowed = Math.min(label.length, other.length) >= shortestForTwo ? 2 : 1;
      if (Math.min(label.length, other.length) >= shortestForOne && editDistance(label, other, allowed) <= allowed)
        return domain;
    }
  }
  return null;
}

/** The same mailbox name written with other dots or dashes at the same domain: "sarah_baker" for "sarah.baker". */
function localResemblance(address: string, host: string, locals: ReadonlyMap<string, string>): Resemblance | null {
  const local = address.slice(0, address.lastIndexOf("@"));
  const known = locals.get(`${squeezeLocal(local)}@${host}`);
  if (known === undefined || known === address || sameMailbox(known, address)) return null;
  return { kind: "local_part", of: known, strong: false };
}

function sameMailbox(a: string, b: string): boolean {
  const plain = (address: string) => address.replace(/\+[^@]*@/, "@").replace(/@googlemail\.com$/, "@gmail.com");
  const undotted = (address: string) =>
    address.endsWith("@gmail.com") ? address.replace(/\.(?=[^@]*@)/g, "") : address;
  return undotted(plain(a)) === undotted(plain(b));
}

function brandIn(name: string, address: string, brands: readonly Brand[]): string | null {
  const folded = ` ${nameKey(name)} `;
  if (folded.length < 4) return null;
  const domain = getDomain(hostOf(address)) ?? hostOf(address);
  for (const brand of brands) {
    if (brand.name.length > 3 && folded.includes(` ${brand.name} `))
      return brand.domains.includes(domain) ? null : brand.name;
  }
  return null;
}

/** The deletions of up to two letters (one for short labels), the keys of a near-match search. */
function deletions(label: string): Set<string> {
  const keys = new Set([label]);
  const single = dropEach(label);
  for (const one of single) keys.add(one);
  if (label.length >= shortestForTwo && label.length <= 32)
    for (const one of single) for (const two of dropEach(one)) keys.add(two);
  return keys;
}

function dropEach(label: string): string[] {
  return Array.from(label.slice(0, 32), (_, at) => label.slice(0, at) + label.slice(at + 1));
}

function hostOf(address: string): string {
  const at = address.lastIndexOf("@");
  return at < 1 ? "" : address.slice(at + 1).toLowerCase();
}

function domainOf(address: string): string {
  const host = hostOf(address);
  return getDomain(host) ?? host;
}

function labelOf(domain: string): string {
  return domain.split(".")[0] ?? domain;
}

function squeezeLocal(local: string): string {
  return local.toLowerCase().replace(/[._-]/g, "");
}

function nameKey(name: string): string {
  return fold(name)
    .replace(/[^\p{L}\p{N}.]+/gu, " ")
    .trim();
}
