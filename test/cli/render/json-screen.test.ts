// Holds R89.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { jsonScreen } from "../../../src/cli/render/json-screen.ts";

const hostile = "\u001b[2J \u009b31m \u0085 \u202eevas\u2066 \u{e0041} \u200b a\u0301 é 👩‍💻 \u2028";

test("JSON for a screen drives no terminal and hides nothing, and reads back as it was", () => {
  const value = { text: hostile, list: [hostile], [hostile]: 1 };
  const shown = jsonScreen(value);
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2066\u200b\u2028]|[\u{e0000}-\u{e0fff}]/u);
  expect(shown).toContain("é");
  expect(JSON.parse(shown)).toEqual(value);
  expect(jsonScreen(undefined)).toBe("null");
});

test("no command prints JSON in another way", () => {
  const folder = join(import.meta.dirname, "..", "..", "..", "src", "cli");
  const others = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && entry.name !== "json-screen.ts")
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => /\.out\(`?[^\n]*JSON\.stringify\([^\n]*null, 2/.test(readFileSync(path, "utf8")));
  expect(others.map((path) => path.slice(folder.length + 1))).toEqual([]);
});
