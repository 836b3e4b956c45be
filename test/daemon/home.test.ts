// Holds R42.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
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

it("removes what a killed process left while it wrote the same file, and nothing of another machine's", async () => {
  const path = join(folder, "config.json");
  const left = await leftByAKill(path);
  const gone = spawnSync(process.execPath, ["-e", ""]).pid;
  const elsewhere = join(folder, `.config.json.00000000-${gone}-abc.tmp`);
  writeFileSync(elsewhere, "another machine's");
  await writePrivateFile(path, "whole");
  expect(readdirSync(folder).sort()).toEqual([basename(elsewhere), "config.json"].sort());
  expect(left).toMatch(/\.tmp$/);
});

/** A process that is killed between making the temporary file and its renaming; the name of what it left. */
async function leftByAKill(path: string): Promise<string> {
  const module = join(import.meta.dirname, "../../src/store/write-file-atomic.ts");
  const script = `import { open } from "node:fs/promises";
    const { writeFileAtomic } = await import(${JSON.stringify(module)});
    await writeFileAtomic(${JSON.stringify(path)}, "half", { open: async (...given) => {
      await open(...given); process.kill(process.pid, "SIGKILL"); await new Promise(() => undefined); } });`;
  const ran = spawnSync(process.execPath, ["--input-type=module", "-e", script]);
  expect(ran.signal).toBe("SIGKILL");
  const left = readdirSync(join(path, ".."));
  expect(left).toHaveLength(1);
  return left[0] ?? "";
}

it.skipIf(process.platform !== "linux")("ends with an error where no folder can be made", async () => {
  await expect(makeHome("/proc/steward/home")).rejects.toMatchObject({ code: "not_found" });
});
