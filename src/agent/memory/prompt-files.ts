import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { listNoteOrigins } from "../../store/memory.ts";
import type { Reading } from "../../store/reading.ts";
import { loadSkills, type SkillPlaces, skillsIndex } from "../skills/load-skills.ts";
import { handsOf, nullWhenMissing, readOwnedFile } from "../skills/read-owned-file.ts";
import { capLines, readMemoryIndex } from "./memory-index.ts";
import { scanText } from "./scan-text.ts";

/** The owner's own text in a prompt. Each is empty where there is nothing. */
export interface PromptFiles {
  /** `rules.md`: guidance, capped as the index is. What is enforced stands in policy.yaml. */
  rules: string;
  /** A line for each skill that may be loaded. */
  skillsIndex: string;
  memoryIndex: string;
}

/**
 * What every prompt of a run carries of the home. Contract: no clock and no ids; the same files give the same bytes. A file that others
 * on the computer may have written gives no text but why. Reads only.
 */
export async function promptFiles(reading: Reading, places: SkillPlaces): Promise<PromptFiles> {
  const { homePath } = places;
  const { skills } = await loadSkills(reading, places);
  const index = await readMemoryIndex(homePath);
  // Their words are others', so that no line of them stands here.
  const fromItems = (await listNoteOrigins(reading)).filter(({ itemIds }) => itemIds.length > 0).length;
  const more = fromItems === 0 ? "" : `- ${fromItems} more from messages: search the memory for them`;
  return {
    rules: await readRules(homePath),
    skillsIndex: skillsIndex(skills),
    memoryIndex: [index, more].filter((part) => part !== "").join("\n"),
  };
}

/** `rules.md` as the owner wrote it, without what nobody can see and without secrets. Commands are what it is for. */
export async function readRules(homePath: string): Promise<string> {
  const home = await lstat(homePath).catch(nullWhenMissing);
  if (home === null) return "";
  const file = await readOwnedFile(join(homePath, "rules.md"), handsOf(home), 1024 * 1024);
  if (file.kind === "missing") return "";
  if (file.kind === "refused") return `[BLOCKED: ${file.why}]`;
  const lines = file.text.replaceAll("\r\n", "\n").trim().split("\n");
  return capLines(
    lines.map((line) => {
      const finding = scanText(line);
      return finding?.kind === "hidden" || finding?.kind === "secret" ? `[BLOCKED: ${finding.why}]` : line;
    }),
  );
}
