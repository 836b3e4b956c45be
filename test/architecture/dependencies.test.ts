// Holds R127.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";

const root = join(import.meta.dirname, "..", "..");
const read = (name: string): unknown => JSON.parse(readFileSync(join(root, name), "utf8"));
const versions = z.record(z.string(), z.string()).default({});
const manifest = z
  .object({ dependencies: versions, devDependencies: versions, optionalDependencies: versions })
  .parse(read("package.json"));
const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({
        integrity: z.string().optional(),
        hasInstallScript: z.boolean().optional(),
        link: z.boolean().optional(),
        resolved: z.string().optional(),
      }),
    ),
  })
  .parse(read("package-lock.json"));

/** What runs on the owner's machine, each argued in the commit that brought it. One more is a decision, not an accident. */
const allowed = [
  "@anthropic-ai/sdk",
  "@clack/prompts",
  "@googleapis/calendar",
  "@googleapis/drive",
  "@googleapis/gmail",
  "@googleapis/sheets",
  "@hono/node-server",
  "@modelcontextprotocol/server",
  "@napi-rs/keyring",
  "@simplewebauthn/server",
  "commander",
  "google-auth-library",
  "hono",
  "htmlparser2",
  "libmime",
  "libphonenumber-js",
  "mammoth",
  "nodemailer",
  "papaparse",
  "postal-mime",
  "rrule-temporal",
  "tldts",
  "unpdf",
  "yaml",
  "yauzl",
  "zod",
];

describe("what steward is built on", () => {
  it("is a short list, each of an exact version", () => {
    expect(Object.keys(manifest.dependencies).toSorted()).toEqual(allowed);
    expect(allowed.length).toBeLessThanOrEqual(26);
    const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
    const loose = Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version));
    expect(loose).toEqual([]);
  });

  it("is locked by hash, names no registry, and runs nothing when it is installed", () => {
    const packages = Object.entries(lock.packages).filter(([path, one]) => path !== "" && one.link !== true);
    expect(packages.length).toBeGreaterThan(50);
    expect(packages.filter(([, one]) => one.integrity === undefined).map(([path]) => path)).toEqual([]);
    expect(packages.filter(([, one]) => one.resolved !== undefined).map(([path]) => path)).toEqual([]);
    expect(readFileSync(join(root, ".npmrc"), "utf8")).toContain("ignore-scripts=true");
  });
});
