import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { coverageLineSchema, digestEntrySchema, digestSchema } from "../../src/core/digest.ts";
import { signalSchema } from "../../src/core/verdict.ts";
import type { TriageRow } from "../../src/triage/read-digest.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/digest-json.md"), "utf8");

/** The fields that the table under a heading names, sorted. */
function documented(heading: string): string[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const cells = [...section.matchAll(/^\| (`[^|]*`) \|/gm)].map((row) => row[1] ?? "");
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((found) => found[1] ?? "")).sort();
}

/** The fields of a schema; objects with fixed keys are opened, as `counts.messages`. */
function fieldsOf(schema: z.ZodObject): string[] {
  return Object.entries(schema.shape)
    .flatMap(([name, inner]) =>
      inner instanceof z.ZodObject ? fieldsOf(inner).map((field) => `${name}.${field}`) : [name],
    )
    .sort();
}

test.each([
  ["The digest", digestSchema],
  ["An entry", digestEntrySchema],
  ["A line of coverage", coverageLineSchema],
  ["A signal", signalSchema],
] as const)("%s has the fields that docs/digest-json.md names", (heading, schema) => {
  expect(documented(heading)).toEqual(fieldsOf(schema));
});

test("a row of triage has the fields that docs/digest-json.md names", () => {
  // The compiler refuses this list when the row has other fields.
  const fields: Record<keyof TriageRow, true> = {
    threadId: true,
    class: true,
    score: true,
    reasons: true,
    signals: true,
    line: true,
    title: true,
    channel: true,
    state: true,
    ignoredAs: true,
    corrected: true,
    lastAt: true,
    messages: true,
  };
  expect(documented("A row of triage")).toEqual(Object.keys(fields).sort());
});

test("the document says which version it describes", () => {
  expect(digestSchema.shape.version.value).toBe(1);
  expect(page).toContain('"version": 1');
});
