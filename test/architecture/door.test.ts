// Holds R1.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const importPattern = /(import\s+type\s+[^;]*?\bfrom\s*|\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)["']([^"']+)["']/g;

interface Import {
  from: string;
  to: string;
  dynamic: boolean;
}

/** What is really loaded: type imports are gone when the program runs. */
const imports: Import[] = ["src", "connectors", "approvals"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .flatMap((entry) => {
      const from = relative(root, join(entry.parentPath, entry.name));
      const code = readFileSync(join(root, from), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
      return [...code.matchAll(importPattern)]
        .filter(([, how = "", to = ""]) => to.startsWith(".") && !how.startsWith("import type"))
        .map(([, how = "", to = ""]) => ({ from, to: join(dirname(from), to), dynamic: how.includes("(") }));
    }),
);

/** Everything that is loaded with a file, without what is only asked for later. */
function closure(start: string): Set<string> {
  const found = new Set([start]);
  for (const file of found) for (const { from, to, dynamic } of imports) if (from === file && !dynamic) found.add(to);
  return found;
}

const isDoor = (path: string): boolean => /^connectors\/[\w-]+\/door\.ts$/.test(path);
const isAction = (path: string): boolean => /^connectors\/[\w-]+\/actions\//.test(path);

describe("what can change something outside", () => {
  it("is reached through a connector's door alone, and the doors by main.ts alone, when they are asked for", () => {
    const crossing = imports.filter(
      ({ from, to }) => isAction(to) && !isAction(from) && !isDoor(from) && dirname(dirname(to)) !== dirname(from),
    );
    expect(crossing).toEqual([]);
    const doors = imports.filter(({ to }) => isDoor(to));
    expect(doors.length).toBeGreaterThan(2);
    expect(doors.filter(({ from, dynamic }) => from !== "src/main.ts" || !dynamic)).toEqual([]);
  });

  it("is not loaded by the reading side: no action, no writing account, no executor", () => {
    const sides = ["src/cli/commands/inside.ts", "src/cli/commands/sync.ts", "src/cli/commands/import.ts"];
    const readers = ["files", "gmail", "calendar", "drive", "contacts-sheet"].map(
      (name) => `connectors/${name}/index.ts`,
    );
    for (const start of [...sides, ...readers]) {
      const loaded = [...closure(start)];
      expect(loaded.length, start).toBeGreaterThan(3);
      const writing = loaded.filter(
        (path) =>
          isAction(path) ||
          isDoor(path) ||
          path.startsWith("approvals/") ||
          /open-writing-account|door-client|write-failure/.test(path),
      );
      expect(writing, start).toEqual([]);
    }
  });

  it("holds no model: nothing of the door imports what talks to one", () => {
    const talking = imports.filter(
      ({ from, to }) =>
        (from.startsWith("approvals/") || isDoor(from) || isAction(from)) && /^src\/(?:model|agent)\//.test(to),
    );
    expect(talking).toEqual([]);
  });
});
