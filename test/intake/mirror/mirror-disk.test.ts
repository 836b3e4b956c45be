import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openMirrorDisk } from "../../../src/intake/mirror/mirror-disk.ts";
import { folderMaker } from "../../store/store-fixture.ts";
import { filesBelow } from "./mirror-harness.ts";

const newFolder = folderMaker();
const bytes = new TextEncoder().encode("new");

test.each([
  "../x.md",
  "a/../../x.md",
  "",
  "a//b",
  "./x.md",
])("nothing is read, written or removed at %j", async (path) => {
  const home = newFolder();
  writeFileSync(join(home, "x.md"), "precious");
  const disk = openMirrorDisk(join(home, "drive"));
  await disk.write("a/inside.md", bytes);
  await expect(disk.write(path, bytes)).rejects.toMatchObject({ code: "wrong_kind" });
  await expect(disk.read(path)).rejects.toMatchObject({ code: "wrong_kind" });
  await expect(disk.remove(path)).rejects.toMatchObject({ code: "wrong_kind" });
  await expect(disk.move("a/inside.md", path)).rejects.toMatchObject({ code: "wrong_kind" });
  expect(filesBelow(home)).toEqual({ "drive/a/inside.md": "new", "x.md": "precious" });
});

test("a file is never moved onto another one", async () => {
  const folder = newFolder();
  const disk = openMirrorDisk(folder);
  await disk.write("a.md", bytes);
  writeFileSync(join(folder, "b.md"), "precious");
  await expect(disk.move("a.md", "b.md")).rejects.toMatchObject({ code: "wrong_kind" });
  expect(readFileSync(join(folder, "b.md"), "utf8")).toBe("precious");
});

test("folders that are left empty go, others stay", async () => {
  const folder = newFolder();
  const disk = openMirrorDisk(folder);
  await disk.write("a/b/x.md", bytes);
  await disk.write("a/y.md", bytes);
  await disk.move("a/b/x.md", "x.md");
  expect(filesBelow(folder)).toEqual({ "a/y.md": "new", "x.md": "new" });
});
