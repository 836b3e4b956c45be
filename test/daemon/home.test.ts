import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultConfig } from "../../src/core/config.ts";
import { loadConfig, makeHome, saveConfig, writeOnce, writePrivateFile } from "../../src/daemon/home.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "steward-daemon-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the steward home", () => {
  it("is made for its owner alone, once", async () => {
    const home = join(folder, "deep", "home");
    const paths = await makeHome(home);
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(paths.database).toBe(join(home, "steward.db"));
    expect(await makeHome(home)).toEqual(paths);
  });

  it("is refused where a file stands", async () => {
    writeFileSync(join(folder, "home"), "mine");
    await expect(makeHome(join(folder, "home"))).rejects.toMatchObject({ code: "wrong_kind" });
    expect(readFileSync(join(folder, "home"), "utf8")).toBe("mine");
  });

  it("has no config until one is saved, and gives back what was saved", async () => {
    expect(await loadConfig(folder)).toBeNull();
    const config = { ...defaultConfig(), zone: "Asia/Tokyo" };
    await saveConfig(folder, config);
    expect(await loadConfig(folder)).toEqual(config);
  });

  it("gets whole files or none, and leaves no temporary ones", async () => {
    const path = join(folder, "problems", "a.txt");
    await writePrivateFile(path, "first");
    await writePrivateFile(path, "second");
    expect(readFileSync(path, "utf8")).toBe("second");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, "problems"))).toEqual(["a.txt"]);
    await expect(writePrivateFile(join(path, "below-a-file"), "x")).rejects.toThrow();
    expect(await writeOnce(path, "third")).toBe(false);
    expect(readFileSync(path, "utf8")).toBe("second");
    expect(existsSync(join(folder, "b"))).toBe(false);
  });
});

it.skipIf(process.platform !== "linux")("ends with an error where no folder can be made", async () => {
  await expect(makeHome("/proc/steward/home")).rejects.toMatchObject({ code: "not_found" });
});
