// Holds R110.
import { chmodSync, linkSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { loadSkills, type Skills } from "../../../src/agent/skills/load-skills.ts";
import { sha256Hex } from "../../../src/core/canonical.ts";
import { acceptSkill } from "../../../src/store/memory.ts";
import type { Store } from "../../../src/store/open-store.ts";
import { folderMaker, storeMaker } from "../../store/store-fixture.ts";

const newFolder = folderMaker();
const newStore = storeMaker();
let homePath = "";
let shippedSkillsPath = "";
let store: Store;

const text = (name: string, line = "My way", body = "1. Do it."): string =>
  `---\nname: ${name}\ndescription: ${line}\n---\n\n${body}\n`;
const folder = (name: string): string => join(homePath, "skills", name);
const file = (name: string): string => join(folder(name), "SKILL.md");

function write(name: string, content = text(name)): void {
  mkdirSync(folder(name), { recursive: true, mode: 0o700 });
  writeFileSync(file(name), content, { mode: 0o600 });
}
const accept = (name: string, content = text(name)): Promise<void> =>
  store.write((tx) => acceptSkill(tx, { name, content, sha256: sha256Hex(content) }));
const load = (): Promise<Skills> => loadSkills(store, { homePath, shippedSkillsPath });
const owned = async (): Promise<string[]> =>
  (await load()).skills.flatMap(({ name, from }) => (from === "owner" ? [name] : []));

beforeEach(async () => {
  [homePath, shippedSkillsPath] = [newFolder(), newFolder()];
  store = await newStore();
  mkdirSync(join(shippedSkillsPath, "inbox-zero"));
  writeFileSync(join(shippedSkillsPath, "inbox-zero", "SKILL.md"), text("inbox-zero", "Shipped"));
  write("mine");
  await accept("mine");
});

describe("skills", () => {
  test("of the release and those the owner accepted are loaded, sorted by name", async () => {
    const { skills, reports } = await load();
    expect(skills.map(({ name, from }) => `${name} ${from}`)).toEqual(["inbox-zero shipped", "mine owner"]);
    expect(reports).toEqual([]);
  });

  test("R110: one the owner has not accepted is not loaded, and reported with its text", async () => {
    write("other");
    expect(await owned()).toEqual(["mine"]);
    expect((await load()).reports).toMatchObject([{ name: "other", kind: "new", text: text("other"), before: "" }]);
  });

  test("R110: a changed one is not loaded until the owner accepts it, and reported beside what they accepted", async () => {
    const changed = text("mine", "My way", "1. Do it.\n2. And pay.");
    write("mine", changed);
    expect(await owned()).toEqual([]);
    expect((await load()).reports).toMatchObject([
      { name: "mine", kind: "changed", text: changed, before: text("mine") },
    ]);
    await accept("mine", changed);
    expect(await owned()).toEqual(["mine"]);
  });

  test("of the owner's own stand in for a shipped one only once accepted", async () => {
    write("inbox-zero");
    expect((await load()).skills.find(({ name }) => name === "inbox-zero")?.description).toBe("Shipped");
    expect((await load()).reports[0]?.before).toBe(text("inbox-zero", "Shipped"));
    await accept("inbox-zero");
    expect((await load()).skills.find(({ name }) => name === "inbox-zero")?.description).toBe("My way");
  });

  test("R110: what others on the computer may write to is not loaded: file, folder, or all of them", async () => {
    const places: [string, number, number][] = [
      [file("mine"), 0o620, 0o600],
      [file("mine"), 0o602, 0o600],
      [folder("mine"), 0o770, 0o700],
      [join(homePath, "skills"), 0o777, 0o700],
    ];
    for (const [path, open, closed] of places) {
      chmodSync(path, open);
      expect(await owned()).toEqual([]);
      expect((await load()).reports).toMatchObject([{ kind: "refused", why: expect.stringContaining("may write") }]);
      chmodSync(path, closed);
      expect(await owned()).toEqual(["mine"]);
    }
  });

  test("R110: a symbolic link is not followed: file, folder, or all of them", async () => {
    const elsewhere = join(newFolder(), "there");
    for (const path of [file("mine"), folder("mine"), join(homePath, "skills")]) {
      renameSync(path, elsewhere);
      symlinkSync(elsewhere, path);
      expect(await owned()).toEqual([]);
      expect((await load()).reports).toMatchObject([{ kind: "refused", why: "it is a link to another place" }]);
      rmSync(path);
      renameSync(elsewhere, path);
    }
    expect(await owned()).toEqual(["mine"]);
  });

  test("R110: a file with another name elsewhere is not loaded", async () => {
    linkSync(file("mine"), join(homePath, "elsewhere.md"));
    expect(await owned()).toEqual([]);
    expect((await load()).reports).toMatchObject([{ kind: "refused", why: expect.stringContaining("hard link") }]);
  });

  test("R110: anything beside SKILL.md keeps a skill from being loaded", async () => {
    writeFileSync(join(folder("mine"), "run.sh"), "true");
    expect(await owned()).toEqual([]);
    expect((await load()).reports[0]?.why).toContain("run.sh");
  });

  test("that call themselves something else than their folder are refused", async () => {
    write("alias", text("inbox-zero"));
    await accept("alias", text("inbox-zero"));
    expect((await load()).reports).toMatchObject([{ name: "alias", kind: "refused" }]);
  });

  test("are none, without an error, where there is no folder for them", async () => {
    expect(await loadSkills(store, { homePath: newFolder(), shippedSkillsPath: join(homePath, "none") })).toEqual({
      skills: [],
      reports: [],
    });
  });
});
