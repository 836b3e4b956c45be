import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { uuidv7 } from "../../src/core/ids.ts";
import { openPackWriter, readOriginal, toFrame } from "../../src/intake/originals.ts";

describe("originals", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "steward-originals-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function keep(...texts: string[]): string[] {
    const writer = openPackWriter(folder, () => uuidv7(Date.now()));
    const references = toFrame(texts.map((text) => Buffer.from(text))).map((part) => writer.append(part));
    writer.flush();
    writer.close();
    return references;
  }

  const packs = (): string[] => readdirSync(folder);

  it("give back the bytes they were given, small and private", () => {
    const texts = ["Subject: a\r\n\r\n".repeat(500), "Subject: b", ""];
    const references = keep(...texts);
    expect(references.map((reference) => Buffer.from(readOriginal(folder, reference)).toString())).toEqual(texts);
    const pack = statSync(join(folder, packs()[0] ?? ""));
    expect(pack.size).toBeLessThan(500);
    expect(pack.mode & 0o077).toBe(0);
  });

  it("are frames that any zstd tool reads one after the other", () => {
    keep("one\n", "two\n");
    const script =
      "process.stdout.write(require('zlib').zstdDecompressSync(require('fs').readFileSync(process.argv[1])))";
    expect(execFileSync(process.execPath, ["-e", script, join(folder, packs()[0] ?? "")], { encoding: "utf8" })).toBe(
      "one\ntwo\n",
    );
  });

  it("refuse bytes that are not what was kept", () => {
    const [mine = "", other = ""] = keep("mine", "else");
    const path = join(folder, packs()[0] ?? "");
    const swapped = mine.replace(/[0-9a-f]{64}$/, other.slice(-64));
    expect(() => readOriginal(folder, swapped)).toThrow(/do not match/);
    const bytes = readFileSync(path);
    bytes.fill(0, 4, 12);
    writeFileSync(path, bytes);
    expect(() => readOriginal(folder, mine)).toThrow(/do not match/);
  });

  it("do not follow a reference out of their folder", () => {
    const outside = `pack:../../etc/passwd.zst:0:10:0:1:${"0".repeat(64)}`;
    expect(() => readOriginal(folder, outside)).toThrow(/only a pointer/);
  });

  it("say so when a pack is gone", () => {
    const [reference = ""] = keep("gone");
    rmSync(join(folder, packs()[0] ?? ""));
    expect(() => readOriginal(folder, reference)).toThrow(/Nothing is there/);
  });

  it("never write into a pack that is there", () => {
    const id = uuidv7(1);
    const append = (text: string): void => {
      for (const part of toFrame([Buffer.from(text)])) openPackWriter(folder, () => id).append(part);
    };
    append("a");
    expect(() => append("b")).toThrow();
  });
});
