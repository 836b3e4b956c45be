// Holds R142.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const page = readFileSync(join(root, "SECURITY.md"), "utf8");
const [promisesPart = "", rest = ""] = page.split("\n## Not yet\n");

/** What is owed at this point, by id: each is held, or listed with what is missing. */
const from = (first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, at) => `R${first + at}`);
const owed = [
  ...from(1, 42),
  ...from(53, 72),
  "R74",
  "R75",
  "R85",
  "R86",
  "R100",
  "R101",
  ...from(110, 112),
  "R115",
  "R117",
  "R127",
  ...from(132, 142),
];

interface Row {
  id: string;
  promise: string;
  heldIn: string[];
  testedIn: string[];
}

const pathsIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, path = ""]) => path);
const rows: Row[] = [...promisesPart.matchAll(/^\| (R\d+) \| (.+?) \| (.+?) \| (.+?) \|$/gm)].map(
  ([, id = "", promise = "", heldIn = "", testedIn = ""]) => ({
    id,
    promise,
    heldIn: pathsIn(heldIn),
    testedIn: pathsIn(testedIn),
  }),
);
const missing = [...(rest.split("\n## ")[0] ?? "").matchAll(/^- \*\*(R\d+)(, part)?\*\*: \S/gm)].map(
  ([, id = "", part]) => ({
    id,
    isPart: part !== undefined,
  }),
);

/** The ids that a test says it holds, by its path. */
const cited = new Map(
  readdirSync(join(root, "test"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry): [string, string[]] => {
      const path = join(entry.parentPath, entry.name);
      const lines = [...readFileSync(path, "utf8").matchAll(/^\s*\/\/ Holds (R\d+(?:, R\d+)*)\.$/gm)];
      return [relative(root, path).split(sep).join("/"), lines.flatMap(([, ids = ""]) => ids.split(", "))];
    })
    .filter(([, ids]) => ids.length > 0),
);

describe("SECURITY.md", () => {
  it("has each promise once, in one sentence or two", () => {
    expect(rows.length).toBeGreaterThan(60);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    expect(rows.filter(({ promise }) => !promise.endsWith(".") || promise.length > 300)).toEqual([]);
  });

  it("promises all that is owed, or says what is missing", () => {
    const known = new Set([...rows, ...missing].map(({ id }) => id));
    expect(owed.filter((id) => !known.has(id))).toEqual([]);
    const held = new Set(rows.map(({ id }) => id));
    expect(missing.filter(({ id, isPart }) => held.has(id) !== isPart)).toEqual([]);
  });

  it.each(rows)("$id names files that are there, and tests that name it", ({ id, heldIn, testedIn }) => {
    expect([heldIn.length, testedIn.length].every((count) => count > 0)).toBe(true);
    expect([...heldIn, ...testedIn].filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(testedIn.filter((path) => !/^test\/.+\.test\.ts$/.test(path))).toEqual([]);
    expect(testedIn.filter((path) => cited.get(path)?.includes(id) !== true)).toEqual([]);
  });

  it("has every test that claims to hold something", () => {
    const unlisted = [...cited].flatMap(([path, ids]) =>
      ids
        .filter((id) => !rows.some((row) => row.id === id && row.testedIn.includes(path)))
        .map((id) => `${path}: ${id}`),
    );
    expect(unlisted).toEqual([]);
  });
});
