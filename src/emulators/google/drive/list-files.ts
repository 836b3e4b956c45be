import { createHash } from "node:crypto";
import type { drive_v3 } from "@googleapis/drive";
import { badRequest } from "../google-error.ts";
import type { StoredFile } from "./drive-state.ts";
import { fileResource } from "./file-resource.ts";
import { countOf, type DriveDesk, isSeen } from "./open-drive.ts";
import { compileQuery } from "./search-files.ts";

type SortKey = string | number;
type Order = { read(file: StoredFile): SortKey; isDescending: boolean };

const orderings = new Map<string, (file: StoredFile) => SortKey>([
  ["name", ({ name }) => name.toLowerCase()],
  ["name_natural", ({ name }) => name.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, "0"))],
  ["modifiedTime", ({ modifiedTime }) => modifiedTime],
  ["createdTime", ({ createdTime }) => createdTime],
  ["modifiedByMeTime", ({ modifiedTime }) => modifiedTime],
  ["recency", ({ modifiedTime }) => modifiedTime],
  ["folder", ({ mimeType }) => (mimeType.endsWith(".folder") ? 0 : 1)],
  ["quotaBytesUsed", ({ content }) => content?.byteLength ?? 0],
  ["starred", ({ starred }) => (starred ? 0 : 1)],
]);

/** What must be the same in every request for a page of one listing. */
const bound = ["q", "orderBy", "corpora", "driveId", "spaces"];

interface PageToken {
  /** The sort keys and id of the last file given: a page begins behind them, wherever files went meanwhile. */
  after: SortKey[];
  bound: string;
  issuedAt: number;
}

/**
 * `files.list`: what is seen and matches, in order, a page behind the last file of the page before. A file that changes its
 * place in the order while pages are read is met twice or not at all: the feed of changes has it.
 *
 * Settings: `drive.pageTokenLifeMs` (older page tokens are 400), `drive.listLagMs` (files younger than that are not listed),
 * `drive.incompleteSearch` (a search of all drives misses its last so many hits and says so).
 * Source: https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list
 */
export function listFiles(desk: DriveDesk, query: Record<string, string>): drive_v3.Schema$FileList {
  const { shared, state } = desk;
  const now = shared.clock.now();
  const size = countOf(query["pageSize"], 100, 1000);
  const orders = readOrders(query["orderBy"] ?? "");
  const kept = createHash("sha256")
    .update(JSON.stringify(bound.map((name) => query[name] ?? "")))
    .digest("base64url");
  const after = readPageToken(query["pageToken"], kept, now - settingOf(desk, "pageTokenLifeMs", Infinity));
  const matches = compileQuery(state, query["q"] ?? "", now);
  const newest = new Date(now - settingOf(desk, "listLagMs", 0)).toISOString();
  const keysOf = (file: StoredFile): SortKey[] => [...orders.map(({ read }) => read(file)), file.id];
  const found = [...state.files.values()]
    .filter((file) => file.id !== state.rootId && file.createdTime <= newest && isSeen(desk, file) && matches(file))
    .map((file) => ({ file, keys: keysOf(file) }))
    .sort((a, b) => compareKeys(a.keys, b.keys, orders));
  const isWide = query["corpora"] === "allDrives" || query["includeItemsFromAllDrives"] === "true";
  const missed = isWide ? settingOf(desk, "incompleteSearch", 0) : 0;
  const known = found.slice(0, Math.max(0, found.length - missed));
  const rest = after === null ? known : known.filter(({ keys }) => compareKeys(keys, after, orders) > 0);
  const page = rest.slice(0, size);
  const token: PageToken = { after: page.at(-1)?.keys ?? [], bound: kept, issuedAt: now };
  return {
    kind: "drive#fileList",
    incompleteSearch: missed > 0,
    files: page.map(({ file }) => fileResource(state, file)),
    ...(page.length < rest.length ? { nextPageToken: `~!!~${seal(token)}` } : {}),
  };
}

/** A setting of Drive's, or what holds without it. */
export function settingOf({ shared }: Pick<DriveDesk, "shared">, name: string, usual: number): number {
  return shared.settings.get(`drive.${name}`) ?? usual;
}

function readOrders(orderBy: string): Order[] {
  if (orderBy.trim() === "") return [{ read: ({ modifiedTime }) => modifiedTime, isDescending: true }];
  return orderBy.split(",").map((part) => {
    const [name = "", direction = "asc"] = part.trim().split(/\s+/);
    const read = orderings.get(name);
    if (read === undefined || !["asc", "desc"].includes(direction)) throw badRequest("Invalid Value", "invalid");
    return { read, isDescending: direction === "desc" };
  });
}

function compareKeys(a: readonly SortKey[], b: readonly SortKey[], orders: readonly Order[]): number {
  for (const [at, key] of a.entries()) {
    const other = b[at] ?? "";
    if (key === other) continue;
    return (key < other ? -1 : 1) * (orders[at]?.isDescending === true ? -1 : 1);
  }
  return 0;
}

function readPageToken(text: string | undefined, kept: string, oldestMs: number): SortKey[] | null {
  if (text === undefined) return null;
  const value = unseal(text.replace(/^~!!~/, ""));
  if (value === null || value.bound !== kept || value.issuedAt < oldestMs) throw badRequest("Invalid Value", "invalid");
  return value.after;
}

function seal(token: PageToken): string {
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

function unseal(text: string): PageToken | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    return isPageToken(value) ? value : null;
  } catch {
    return null;
  }
}

function isPageToken(value: unknown): value is PageToken {
  return (
    typeof value === "object" &&
    value !== null &&
    "after" in value &&
    Array.isArray(value.after) &&
    "bound" in value &&
    "issuedAt" in value &&
    typeof value.issuedAt === "number"
  );
}
