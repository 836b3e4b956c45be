import { writeFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openHomeFolder, writeSteps } from "../../../connectors/home-folder/home-folder.ts";
import { refuseHomePath } from "../../../connectors/home-folder/home-path.ts";
import { sha256Hex } from "../../../src/core/canonical.ts";

let root = "";
let home = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "steward-folder-"));
  home = join(root, "home");
  await mkdir(home);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const key = "abcdefghijklmnopqrstuvwxyz012345";

describe("a write", () => {
  test("makes a file with its folders, private, and nothing beside it", async () => {
    await openHomeFolder(home).write("memory/a/notes.md", bytes("one"), { base: null, key });
    expect(await readFile(join(home, "memory", "a", "notes.md"), "utf8")).toBe("one");
    expect(await readdir(join(home, "memory", "a"))).toEqual(["notes.md"]);
    expect((await stat(join(home, "memory", "a", "notes.md"))).mode & 0o777).toBe(0o600);
    expect((await stat(join(home, "memory"))).mode & 0o777).toBe(0o700);
  });

  test("replaces exactly the version it rests on, and keeps its mode", async () => {
    await writeFile(join(home, "a.md"), "one");
    await chmod(join(home, "a.md"), 0o640);
    const folder = openHomeFolder(home);
    await folder.write("a.md", bytes("two"), { base: sha256Hex("one"), key });
    expect(await readFile(join(home, "a.md"), "utf8")).toBe("two");
    expect((await stat(join(home, "a.md"))).mode & 0o777).toBe(0o640);
    await expect(folder.write("a.md", bytes("three"), { base: sha256Hex("one"), key })).rejects.toMatchObject({
      code: "moved",
    });
    expect(await readFile(join(home, "a.md"), "utf8")).toBe("two");
  });

  test("never lands on a file where none was", async () => {
    await writeFile(join(home, "a.md"), "the owner's");
    await expect(openHomeFolder(home).write("a.md", bytes("two"), { base: null, key })).rejects.toMatchObject({
      code: "moved",
    });
    expect(await readFile(join(home, "a.md"), "utf8")).toBe("the owner's");
  });

  test.each([
    null,
    sha256Hex("one"),
  ])("gives way to an editor that saves at the last moment (base %s)", async (base) => {
    if (base !== null) await writeFile(join(home, "a.md"), "one");
    const folder = openHomeFolder(home, { atStep: () => writeFileSync(join(home, "a.md"), "the owner's") });
    await expect(folder.write("a.md", bytes("two"), { base, key })).rejects.toMatchObject({ code: "moved" });
    expect(await readFile(join(home, "a.md"), "utf8")).toBe("the owner's");
  });

  test.each(
    writeSteps,
  )("that ends %s leaves the old file or the new one whole, and the next takes its rest away", async (at) => {
    await writeFile(join(home, "a.md"), "one");
    const dying = openHomeFolder(home, {
      atStep: (step) => {
        if (step === at) throw new Error("the power is gone");
      },
    });
    await expect(dying.write("a.md", bytes("two"), { base: sha256Hex("one"), key })).rejects.toThrow(
      at === "written" ? "power" : "is written",
    );
    expect(await readFile(join(home, "a.md"), "utf8")).toBe(at === "written" ? "one" : "two");
    const base = sha256Hex(await readFile(join(home, "a.md")));
    await openHomeFolder(home).write("a.md", bytes("three"), { base, key });
    expect(await readFile(join(home, "a.md"), "utf8")).toBe("three");
    expect(await readdir(home)).toEqual(["a.md"]);
  });

  test("goes through no link, neither of a file nor of a folder", async () => {
    await writeFile(join(root, "outside.md"), "outside");
    await symlink(join(root, "outside.md"), join(home, "a.md"));
    await symlink(root, join(home, "drive"));
    const folder = openHomeFolder(home);
    const base = sha256Hex("outside");
    await expect(folder.write("a.md", bytes("x"), { base, key })).rejects.toMatchObject({ code: "wrong_kind" });
    await expect(folder.write("drive/outside.md", bytes("x"), { base, key })).rejects.toMatchObject({
      code: "wrong_kind",
    });
    await expect(folder.read("drive/outside.md")).rejects.toMatchObject({ code: "wrong_kind" });
    await expect(folder.remove("a.md", { base })).rejects.toMatchObject({ code: "wrong_kind" });
    expect(await readFile(join(root, "outside.md"), "utf8")).toBe("outside");
  });
});

test("a file is taken away only in the version that is meant, and again without harm", async () => {
  const folder = openHomeFolder(home);
  await folder.write("a.md", bytes("one"), { base: null, key });
  await expect(folder.remove("a.md", { base: sha256Hex("two") })).rejects.toMatchObject({ code: "moved" });
  await folder.remove("a.md", { base: sha256Hex("one") });
  await folder.remove("a.md", { base: sha256Hex("one") });
  await folder.remove("not/there.md", { base: sha256Hex("one") });
  expect(await readdir(home)).toEqual([]);
});

test.each([
  "",
  "/etc/passwd",
  "../outside.md",
  "drive/../../x",
  "drive//x",
  "./a",
  ".ssh/config",
  "drive/.hidden",
  "drive\\x",
  "c:x",
  "a\u0000b",
  "a\u202eb",
  "a\nb",
  "nul",
  "drive/CON.md",
  "trailing.",
  "trailing ",
  `${"x".repeat(200)}`,
  `${"xxxx/".repeat(300)}x`,
])("%j is no place in the home", async (path) => {
  expect(refuseHomePath(path)).not.toBeNull();
  await expect(openHomeFolder(home).write(path, bytes("x"), { base: null, key })).rejects.toMatchObject({
    code: "usage",
  });
});

test.each([
  "contacts.csv",
  "drive/Car/car.md",
  "drive/.kept/Car/car.md",
  "memory/Überblick 2026.md",
])("%j is one", (path) => expect(refuseHomePath(path)).toBeNull());
