import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type LoadedSkill, loadSkills, skillsIndex } from "../../../src/agent/skills/load-skills.ts";
import { longestSkill } from "../../../src/agent/skills/parse-skill.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { folderMaker } from "../../store/store-fixture.ts";

const checkout = join(import.meta.dirname, "..", "..", "..");
const newFolder = folderMaker();
const namesIn = (folder: string): string[] =>
  readdirSync(join(checkout, folder)).map((name) => name.replace(/\.ts$/, "").replaceAll("-", "_"));
let skills: LoadedSkill[] = [];

beforeAll(async () => {
  const homePath = newFolder();
  const store = await openStore(join(homePath, "steward.db"), {
    clock: { now: () => 0, sleep: async () => undefined },
  });
  skills = (await loadSkills(store, { homePath, shippedSkillsPath: join(checkout, "skills") })).skills;
  await store.close();
});

describe("the skills that come with steward", () => {
  test("are these eight, and every file of them can be loaded", () => {
    expect(skills.map(({ name }) => name)).toEqual([
      "follow-up",
      "inbox-zero",
      "meeting-prep",
      "travel-day",
      "update-everywhere",
      "warm-intro",
      "weekly-review",
      "what-did-i-miss",
    ]);
    expect(readdirSync(join(checkout, "skills")).sort()).toEqual(skills.map(({ name }) => name));
  });

  test("are short: the list in every prompt, and each body", () => {
    expect(skillsIndex(skills).length).toBeLessThan(900);
    for (const { body } of skills) expect(body.length).toBeLessThan(Math.min(longestSkill, 2500));
  });

  test("name only tools and actions that exist", () => {
    const tools = new Set(namesIn("src/agent/tools"));
    const actions = new Set(
      readdirSync(join(checkout, "connectors")).flatMap((connector) => {
        const folder = join("connectors", connector, "actions");
        return readdirSync(join(checkout, "connectors", connector)).includes("actions")
          ? namesIn(folder).map((action) => `${connector}.${action}`)
          : [];
      }),
    );
    for (const { body } of skills) {
      const named = [...body.matchAll(/`([a-z-]+(?:[._][a-z_]+)*)`/g)].map((hit) => hit[1] ?? "");
      const known = (name: string): boolean => actions.has(name) || tools.has(name) || name === "after";
      expect(named.filter((name) => !known(name))).toEqual([]);
      expect(named.length).toBeGreaterThan(1);
    }
  });
});
