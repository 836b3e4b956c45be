import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readGuards } from "../../scripts/guards.ts";

describe("the list of guards", () => {
  const guards = readGuards();

  it("is not empty and names each guard once", () => {
    expect(guards.length).toBeGreaterThan(20);
    const names = guards.map((guard) => `${guard.file} ${guard.name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(guards)("finds its line exactly once: $name", (guard) => {
    expect(existsSync(guard.test), `${guard.test} exists`).toBe(true);
    const times = readFileSync(guard.file, "utf8").split(guard.find).length - 1;
    expect(times).toBe(1);
    expect(guard.replace).not.toBe(guard.find);
  });
});
