import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type OpenFile, writeFileAtomic } from "../../src/store/write-file-atomic.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "steward-atomic-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A file whose disk is full after the first bytes. */
const fullDisk: OpenFile = async (path, flags, mode) => {
  const file = await open(path, flags, mode);
  return new Proxy(file, {
    get: (target, name) => {
      if (name !== "writeFile") {
        const member: unknown = Reflect.get(target, name);
        return typeof member === "function" ? member.bind(target) : member;
      }
      return async () => {
        await target.write("half");
        throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
      };
    },
  });
};

test("a file is written, replaced, and keeps the permissions it has", async () => {
  const path = join(folder, "contacts.csv");
  await writeFileAtomic(path, "one");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  chmodSync(path, 0o644);
  await writeFileAtomic(path, Buffer.from("two"));
  expect(readFileSync(path, "utf8")).toBe("two");
  expect(statSync(path).mode & 0o777).toBe(0o644);
  expect(readdirSync(folder)).toEqual(["contacts.csv"]);
});

test("on a full disk the old file is whole, nothing is left over, and the error says so", async () => {
  const path = join(folder, "contacts.csv");
  writeFileSync(path, "old");
  await expect(writeFileAtomic(path, "new", { open: fullDisk })).rejects.toMatchObject({ code: "disk_full" });
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["contacts.csv"]);
});

test("what a crash left long ago is removed, a write going on now and other files are not", async () => {
  const path = join(folder, "contacts.csv");
  const abandoned = join(folder, ".contacts.csv.12-abc.tmp");
  for (const name of [".contacts.csv.12-abc.tmp", ".contacts.csv.13-abd.tmp", ".contacts.csv.mine", "other.tmp"])
    writeFileSync(join(folder, name), "x");
  utimesSync(abandoned, new Date(0), new Date(0));
  await writeFileAtomic(path, "new");
  expect(readdirSync(folder).sort()).toEqual([
    ".contacts.csv.13-abd.tmp",
    ".contacts.csv.mine",
    "contacts.csv",
    "other.tmp",
  ]);
});

test("a symbolic link stays one and its target is replaced", async () => {
  const target = join(folder, "real.csv");
  writeFileSync(target, "old");
  symlinkSync(target, join(folder, "link.csv"));
  await writeFileAtomic(join(folder, "link.csv"), "new");
  expect(readFileSync(target, "utf8")).toBe("new");
  expect(lstatSync(join(folder, "link.csv")).isSymbolicLink()).toBe(true);
});

test("a folder that is not there is named as such", async () => {
  await expect(writeFileAtomic(join(folder, "none", "x"), "y")).rejects.toMatchObject({ code: "not_found" });
});
