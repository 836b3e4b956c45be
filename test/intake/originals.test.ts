import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openOriginals } from "../../src/intake/originals.ts";

describe("originals", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "steward-originals-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const files = (): string[] =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.includes("."));

  it("gives back the bytes it was given, once, small and private", () => {
    const originals = openOriginals(folder);
    const bytes = Buffer.from("Subject: hello\r\n\r\n".repeat(500));
    const reference = originals.keep(bytes);
    expect(originals.keep(bytes)).toBe(reference);
    expect(Buffer.from(originals.read(reference)).equals(bytes)).toBe(true);
    expect(files()).toHaveLength(1);
    const kept = statSync(join(folder, files()[0] ?? ""));
    expect(kept.size).toBeLessThan(bytes.byteLength / 5);
    expect(kept.mode & 0o077).toBe(0);
  });

  it("refuses a file whose bytes are not what its name says", () => {
    const originals = openOriginals(folder);
    const mine = originals.keep(Buffer.from("mine"));
    const other = originals.keep(Buffer.from("other"));
    const [a, b] = files().sort();
    const bytesOf = (name: string | undefined): Buffer => readFileSync(join(folder, name ?? ""));
    const swapped = bytesOf(a);
    writeFileSync(join(folder, a ?? ""), bytesOf(b));
    writeFileSync(join(folder, b ?? ""), swapped);
    expect(() => originals.read(mine)).toThrow(/do not match/);
    expect(() => originals.read(other)).toThrow(/do not match/);
  });

  it("does not follow a reference out of its folder", () => {
    expect(() => openOriginals(folder).read("sha256:../../etc/passwd")).toThrow(/no kept original/);
  });
});
