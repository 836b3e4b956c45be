import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { securityFile } from "./security-data.ts";

const folder = join(import.meta.dirname, "../../../approvals/gate");
const sliceLength = 12;
/** Words of code, of our sentences, and the provider whose rule a requirement names; nothing a message is matched by. */
const everyday = [
  "values, recipients,",
  "an attachment",
  "googlemail.com",
  "confirmation",
  "the attached files",
  "something else that",
  "action history",
  "message from",
  "facts, recipientfact",
  'invisible_characters: "',
];

/** The code of a file without its comments: what rules could match by. */
function codeOf(path: string): string {
  return readFileSync(path, "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/(^|\s)\/\/.*$/gm, "$1")
    .toLowerCase();
}

/** All texts in a JSON value but those that explain it. */
function textsOf(value: unknown, key = ""): string[] {
  if (typeof value === "string")
    return /^(?:about|note|why|group|kind|id|corpus|licence|upstream_id|technique|effects|expected_flags|must_not_flag|function|channel)$/.test(
      key,
    )
      ? []
      : [value];
  if (Array.isArray(value)) return key === "rules" ? [] : value.flatMap((one) => textsOf(one, key));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) =>
    /^(?:flag_vocabulary|licences)$/.test(name) ? [] : textsOf(one, name),
  );
}

const names = ["injections-dev.json", "homographs.json", "canary_secrets.json", "markup.json", "unicode.json"];
const files = names.map((name) => securityFile(name)).filter((file) => file !== null);

describe("the rules of the gate", () => {
  it.skipIf(files.length === 0)(
    "hold no piece of the vectors they are measured on (skipped without the shared data)",
    () => {
      const slices = new Set<string>();
      for (const text of files.flatMap((file) => textsOf(file)).map((one) => one.toLowerCase()))
        for (let at = 0; at + sliceLength <= text.length; at += 1) slices.add(text.slice(at, at + sliceLength));
      const found: string[] = [];
      for (const name of readdirSync(folder)) {
        const code = codeOf(join(folder, name));
        for (let at = 0; at + sliceLength <= code.length; at += 1) {
          const slice = code.slice(at, at + sliceLength);
          if (slice.trim().length !== sliceLength || !slices.has(slice)) continue;
          if (!everyday.some((one) => one.includes(slice))) found.push(`${name}: ${slice}`);
        }
      }
      expect(found).toEqual([]);
    },
  );
});
