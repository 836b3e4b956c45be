import type { Dirent } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex } from "../../core/canonical.ts";
import { type AcceptedSkill, listAcceptedSkills } from "../../store/memory.ts";
import type { Reading } from "../../store/reading.ts";
import { longestSkill, parseSkill, type Skill, skillName } from "./parse-skill.ts";
import { type Hands, nullWhenMissing, readOwnedFile, refuseFolder } from "./read-owned-file.ts";

export interface LoadedSkill extends Skill {
  /** `shipped` with this release, or the owner's own. */
  from: "shipped" | "owner";
}

/**
 * Something in the owner's skills that is not loaded. `new` and `changed` wait for their yes (`text` is what would be loaded, `before`
 * what is or was in force); `refused` cannot be loaded as it lies there.
 */
export interface SkillReport {
  name: string;
  kind: "new" | "changed" | "refused";
  why: string;
  text: string;
  before: string;
}

export interface Skills {
  /** By name, sorted. */
  skills: LoadedSkill[];
  reports: SkillReport[];
}

/** Where skills are. Absolute paths. */
export interface SkillPlaces {
  homePath: string;
  shippedSkillsPath: string;
}

const mostFolders = 200;

/**
 * Every skill that may be loaded, and what may not. Those of the release are trusted by being part of it; the owner's own by the hash
 * of what they accepted, and they stand in for a shipped one of the same name. While a changed one waits for their yes, the shipped
 * one is in force again. Contract: reads only; one bad file never keeps another from being loaded.
 */
export async function loadSkills(reading: Reading, places: SkillPlaces): Promise<Skills> {
  const skills = new Map<string, LoadedSkill>();
  const shippedTexts = new Map<string, string>();
  for (const { skill, text } of await loadShipped(places.shippedSkillsPath)) {
    skills.set(skill.name, skill);
    shippedTexts.set(skill.name, text);
  }
  const accepted = new Map((await listAcceptedSkills(reading)).map((one) => [one.name, one]));
  const reports: SkillReport[] = [];
  for (const found of await readOwned(places.homePath)) {
    const judged = judge(found, accepted.get(found.name) ?? null, shippedTexts.get(found.name) ?? "");
    if ("from" in judged) skills.set(judged.name, judged);
    else reports.push(judged);
  }
  return { skills: [...skills.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), reports };
}

interface Found {
  name: string;
  file: { kind: "text"; text: string } | { kind: "refused"; why: string };
}

function judge({ name, file }: Found, accepted: AcceptedSkill | null, shipped: string): LoadedSkill | SkillReport {
  const refused = (why: string): SkillReport => ({ name, kind: "refused", why, text: "", before: "" });
  if (file.kind === "refused") return refused(file.why);
  const parsed = parseSkill(file.text);
  if (parsed.kind === "refused") return refused(parsed.why);
  if (parsed.skill.name !== name) return refused(`it calls itself ${parsed.skill.name}`);
  if (accepted?.sha256 === sha256Hex(file.text)) return { ...parsed.skill, from: "owner" };
  const isNew = accepted === null;
  return {
    name,
    kind: isNew ? "new" : "changed",
    why: isNew ? "you have not said yet that it may be used" : "it was changed since you accepted it",
    text: file.text,
    before: accepted?.content ?? shipped,
  };
}

async function loadShipped(path: string): Promise<{ skill: LoadedSkill; text: string }[]> {
  const skills: { skill: LoadedSkill; text: string }[] = [];
  for (const entry of (await entriesOf(path)) ?? []) {
    if (!entry.isDirectory()) continue;
    const text = await readFile(join(path, entry.name, "SKILL.md"), "utf8").catch(nullWhenMissing);
    const parsed = text === null ? null : parseSkill(text);
    if (text !== null && parsed?.kind === "skill" && parsed.skill.name === entry.name)
      skills.push({ skill: { ...parsed.skill, from: "shipped" }, text });
  }
  return skills;
}

async function readOwned(homePath: string): Promise<Found[]> {
  const home = await lstat(homePath).catch(nullWhenMissing);
  const root = join(homePath, "skills");
  const rootStats = await lstat(root).catch(nullWhenMissing);
  if (home === null || rootStats === null) return [];
  const hands: Hands = { uid: home.uid, closed: false };
  const rootWhy = refuseFolder(rootStats, hands);
  if (rootWhy !== null) return [{ name: "skills", file: { kind: "refused", why: rootWhy } }];
  const found: Found[] = [];
  for (const entry of (await entriesOf(root))?.slice(0, mostFolders) ?? []) {
    // What editors and file managers leave behind is nobody's skill.
    if (entry.name.startsWith(".")) continue;
    found.push(await readOne(root, entry.name, hands));
  }
  return found;
}

async function readOne(root: string, name: string, hands: Hands): Promise<Found> {
  const refused = (why: string): Found => ({ name, file: { kind: "refused", why } });
  if (!skillName.test(name)) return refused("its name is not made of small letters, digits and dashes");
  const folder = join(root, name);
  const why = refuseFolder(await lstat(folder), hands);
  if (why !== null) return refused(why);
  const others = (await entriesOf(folder))?.filter((entry) => !entry.name.startsWith(".") && entry.name !== "SKILL.md");
  if (others?.[0] !== undefined) return refused(`a skill is one file, SKILL.md; there is also ${others[0].name}`);
  const file = await readOwnedFile(join(folder, "SKILL.md"), hands, longestSkill * 4);
  return file.kind === "missing" ? refused("it has no SKILL.md") : { name, file };
}

async function entriesOf(path: string): Promise<Dirent[] | null> {
  const entries = await readdir(path, { withFileTypes: true }).catch(nullWhenMissing);
  return entries?.sort((a, b) => (a.name < b.name ? -1 : 1)) ?? null;
}

/** The list of skills as it stands in the prompt: a line each. Contract: pure; the same skills give the same bytes. */
export function skillsIndex(skills: readonly Pick<Skill, "name" | "description">[]): string {
  return skills.map(({ name, description }) => `- ${name}: ${description}`).join("\n");
}
