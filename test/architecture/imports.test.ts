import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");

/** Folder → the folders it may import from, besides itself. A missing folder fails; "*" is everything. */
const mayImport: Record<string, readonly string[]> = {
  "src/core": [],
  "src/formats": ["src/core"],
  "src/store": ["src/core"],
  "src/intake": ["src/core", "src/formats", "src/store"],
  "src/triage": ["src/core", "src/store"],
  "src/agent": ["src/core", "src/store", "src/triage"],
  "src/model": ["src/core"],
  "src/emulators": ["src/core"],
  "src/daemon": ["src/core", "src/store"],
  "src/cli": ["*"],
  "src/main.ts": ["*"],
  connectors: ["src/core", "src/formats"],
  approvals: ["src/core", "src/store"],
};

const pureFolders = ["src/core", "src/formats"];
/** node:zlib turns bytes into bytes; the file formats that are compressed inside need it. */
/** node:module loads the numbering plans when the first number is met. */
const pureBuiltins = ["node:crypto", "node:url", "node:buffer", "node:zlib", "node:module"];
const impure: [string, RegExp][] = [
  ["fetch", /(?<![.\w])fetch\(/],
  ["process", /(?<![.\w"'])process\./],
  ["Date.now", /Date\.now/],
  ["new Date() without argument", /new Date\(\)/],
  ["Math.random", /Math\.random/],
];
/** Databases of other programs are read where their format is read. */
const foreignSql = ["connectors/files/imessage.ts", "connectors/files/imessage-query.ts"];

/** One sign-in and one quota serve several connectors: they share the account's folder, which is no connector itself. */
const googleConnectors = ["gmail", "drive", "calendar", "contacts-sheet"];
/** What writes in the steward home shares how a file is written there whole; that is no connector itself either. */
const homeConnectors = ["home", "files"];

interface SourceFile {
  path: string;
  code: string;
  imports: string[];
}

const importPattern = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)["']([^"']+)["']/g;

function readTree(folder: string): SourceFile[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => {
      const path = relative(root, join(entry.parentPath, entry.name)).split(sep).join("/");
      const text = readFileSync(join(root, path), "utf8");
      const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
      return { path, code, imports: [...code.matchAll(importPattern)].map((found) => found[1] ?? "") };
    });
}

const files = ["src", "connectors", "approvals"].flatMap(readTree);

/** The part of the house a file is in: `src/<folder>`, `src/main.ts`, `connectors` or `approvals`. */
function partOf(path: string): string {
  const [top = "", second = ""] = path.split("/");
  return top === "src" ? `src/${second}` : top;
}

function targetOf(file: SourceFile, specifier: string): string {
  return join(dirname(file.path), specifier).split(sep).join("/");
}

const localImports = files.flatMap((file) =>
  file.imports
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => ({ from: file.path, to: targetOf(file, specifier) })),
);

function splitEdge(edge: string): [string, string] {
  const [from = "", to = ""] = edge.split(" → ");
  return [from, to];
}

/** A folder and one inside it are one house with rooms; the rule is about neighbours. */
function isFamily(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}

describe("imports", () => {
  test("are found, dynamic ones too", () => {
    expect(localImports.length).toBeGreaterThan(100);
    expect(
      localImports.some(({ from, to }) => from === "src/cli/catalog.ts" && to.startsWith("src/cli/commands/")),
    ).toBe(true);
  });

  test("follow the table of design.md", () => {
    const broken = localImports.filter(({ from, to }) => {
      const allowed = mayImport[partOf(from)];
      return (
        allowed === undefined || !(allowed.includes("*") || partOf(to) === partOf(from) || allowed.includes(partOf(to)))
      );
    });
    expect(broken).toEqual([]);
  });

  test("end in .ts or .json and exist", () => {
    const missing = localImports.filter(({ to }) => !/\.(ts|json)$/.test(to) || !existsSync(join(root, to)));
    expect(missing).toEqual([]);
  });

  test("of one connector never reach another, nor its door, but for what several share", () => {
    const connector = (path: string): string => (path.startsWith("connectors/") ? (path.split("/")[1] ?? "") : "");
    const crossing = localImports.filter(
      ({ from, to }) =>
        connector(from) !== "" &&
        connector(to) !== "" &&
        connector(from) !== connector(to) &&
        !(connector(to) === "google-account" && googleConnectors.includes(connector(from))) &&
        !(connector(to) === "home-folder" && homeConnectors.includes(connector(from))),
    );
    expect(crossing).toEqual([]);
  });

  test("never go both ways between two folders", () => {
    const edges = new Set(
      localImports
        .map(({ from, to }) => `${dirname(from)} → ${dirname(to)}`)
        .filter((edge) => !isFamily(...splitEdge(edge))),
    );
    const both = [...edges].filter((edge) => edges.has(splitEdge(edge).toReversed().join(" → ")));
    expect(both).toEqual([]);
  });

  test("of main.ts are made by nobody", () => {
    expect(localImports.filter(({ to }) => to === "src/main.ts")).toEqual([]);
  });
});

describe("core and formats", () => {
  const pure = files.filter((file) => pureFolders.includes(partOf(file.path)));

  test("use no part of node but the pure ones", () => {
    const used = pure.flatMap((file) =>
      file.imports
        .filter((specifier) => specifier.startsWith("node:") && !pureBuiltins.includes(specifier))
        .map((specifier) => `${file.path}: ${specifier}`),
    );
    expect(used).toEqual([]);
  });

  test.each(impure)("do not use %s", (_name, pattern) => {
    expect(pure.filter((file) => pattern.test(file.code)).map((file) => file.path)).toEqual([]);
  });
});

describe("the code", () => {
  test("has SQL in src/store only, but for databases of other programs", () => {
    const sql =
      /["'`]\s*(?:SELECT\s[\s\S]{1,400}?\sFROM\s|INSERT\s+(?:OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|CREATE\s+(?:VIRTUAL\s+)?TABLE\s|PRAGMA\s)/;
    const elsewhere = files.filter((file) => !file.path.startsWith("src/store/") && sql.test(file.code));
    expect(elsewhere.map((file) => file.path).filter((path) => !foreignSql.includes(path))).toEqual([]);
    const sqlite = files.filter((file) => file.imports.includes("node:sqlite") && !file.path.startsWith("src/store/"));
    expect(sqlite.map((file) => file.path).filter((path) => !foreignSql.includes(path))).toEqual([]);
  });

  test("reads the environment in main.ts only", () => {
    expect(
      files.filter((file) => file.path !== "src/main.ts" && /process\.env/.test(file.code)).map((file) => file.path),
    ).toEqual([]);
  });

  test("is tested without module mocks", () => {
    const mocking = readTree("test").filter((file) => /\bvi\s*\.\s*(?:do)?mock\(/i.test(file.code));
    expect(mocking.map((file) => file.path)).toEqual([]);
  });
});
