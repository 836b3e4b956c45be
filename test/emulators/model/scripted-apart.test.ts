import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";

const root = join(import.meta.dirname, "..", "..", "..");
const folder = join(root, "src", "emulators", "model");
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => ({
    path: join(entry.parentPath, entry.name).slice(folder.length + 1),
    code: readFileSync(join(entry.parentPath, entry.name), "utf8"),
  }));
const scripted = files.filter(({ path }) => path.startsWith("scenario/"));

/** As many folders up as a file lies deep would leave the model's own folder. */
function leaves(path: string, specifier: string): boolean {
  const up = specifier.match(/\.\.\//g)?.length ?? 0;
  return up > path.split("/").length - 1;
}

test("the model server imports nothing of steward: node, hono, zod and its own files", () => {
  const foreign = files.flatMap(({ path, code }) =>
    [...code.matchAll(/^(?:import|export)\b(?:[^;"]*\bfrom)? "([^"]+)";|\bimport\("([^"]+)"\)/gm)]
      .map((found) => found[1] ?? found[2] ?? "")
      .filter((one) =>
        one.startsWith(".") ? leaves(path, one) : !/^(?:node:[\w/]+|hono|@hono\/node-server|zod)$/.test(one),
      )
      .map((one) => `${path}: ${one}`),
  );
  expect(files.length).toBeGreaterThan(30);
  expect(foreign).toEqual([]);
});

test("the model that plays the demo reads no file, no clock and no environment", () => {
  const reaching = scripted.filter(({ code }) =>
    /node:|Date\.now|new Date\(\)|process\.|fetch\(|Math\.random/.test(code),
  );
  expect(reaching.map(({ path }) => path)).toEqual([]);
});

const peopleSchema = z.record(z.string(), z.looseObject({ name: z.string(), email: z.string().optional() }));

test("the model that plays the demo holds no name, address or plate of the demo's world", () => {
  const world = join(root, "data", "demo", "world");
  const people = Object.values(peopleSchema.parse(JSON.parse(readFileSync(join(world, "people.json"), "utf8"))));
  const all = readdirSync(world)
    .map((name) => readFileSync(join(world, name), "utf8"))
    .join("\n");
  const names = people.flatMap(({ name }) => name.split(/[\s,]+/)).filter((word) => /^\p{Lu}\p{L}{2,}$/u.test(word));
  const addresses = all.match(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g) ?? [];
  const hosts = all.match(/[\w-]+\.example\b/g) ?? [];
  const plates = all.match(/\b[A-Z]{1,3}-[A-Z]{1,2} \d{1,4}\b/g) ?? [];
  // Words of the trade that are somebody's name or label too.
  const words = new Set([
    "Mama",
    "Partner",
    "Account",
    "Care",
    "Desk",
    "Team",
    "Berlin",
    "Office",
    "Service",
    "Support",
    "Kita",
  ]);
  const literals = [...new Set([...names.filter((one) => !words.has(one)), ...addresses, ...hosts, ...plates])];
  const code = scripted.map((file) => file.code).join("\n");
  const found = literals.filter((one) =>
    new RegExp(`(?<![\\p{L}\\d])${one.replace(/[.+]/g, "\\$&")}(?![\\p{L}\\d])`, "u").test(code),
  );
  expect(literals.length).toBeGreaterThan(150);
  expect(plates.length).toBeGreaterThan(1);
  expect(found).toEqual([]);
});
