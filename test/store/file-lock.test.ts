import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { withFileLock } from "../../src/store/file-lock.ts";

const folder = mkdtempSync(join(tmpdir(), "steward-lock-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a file lock", () => {
  it("lets one work at a time, and the next when the first failed", async () => {
    const path = join(folder, "lock");
    const order: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      order.push(`${name} begins`);
      await new Promise((go) => setTimeout(go, 30));
      order.push(`${name} ends`);
      if (name === "a") throw new Error("a failed");
    };
    const ended = await Promise.allSettled(["a", "b", "c"].map((name) => withFileLock(path, work(name))));
    expect(ended.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    for (let at = 0; at < order.length; at += 2) expect(order[at + 1]).toBe(order[at]?.replace("begins", "ends"));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
