import type { Dirent } from "node:fs";
import { lstat, readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { foldedWords } from "../../core/fold.ts";
import { makeFolder } from "../../store/make-folder.ts";
import { listNoteCardItems, listNoteOrigins } from "../../store/memory.ts";
import type { Reading } from "../../store/reading.ts";
import { writeFileAtomic } from "../../store/write-file-atomic.ts";
import { type Hands, handsOf, nullWhenMissing, readOwnedFile, refuseFolder } from "../skills/read-owned-file.ts";
import { scanText, type TextFinding } from "./scan-text.ts";

/** One file of the memory as it lies there. */
export interface Note {
  /** Without folder and ending: `2026-11-21-marie-prefers-french`. */
  name: string;
  /** A day, or an instant: of the name, else of the file. */
  at: string;
  text: string;
  /** What it came from; empty for what the owner wrote or said themselves. */
  itemIds: number[];
  /** `dated`: a note of its own in notes/. `list`: a file that entries are added to. */
  kind: "dated" | "list";
  /** Why no model is shown it; null when it may be. */
  blocked: string | null;
}

const largestNote = 64 * 1024;
const mostNotes = 2_000;
export const noteName = /^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,100}$/u;
/** What is no note (the style is given with each draft), whatever its case: disks differ in whether they tell it apart. */
const notNotes = /^(?:memory|candidate|style)$/i;

export const memoryFolder = (homePath: string): string => join(homePath, "memory");
const notesFolder = (homePath: string): string => join(homePath, "memory", "notes");

/**
 * Every note, newest first, with what it came from and whether a model may see it. Contract: reads only; what is a link, writable for
 * others or too large is there with its reason and without its text; the owner's own edits are simply what stands there.
 */
export async function readNotes(reading: Reading, homePath: string): Promise<Note[]> {
  const home = await lstat(homePath).catch(nullWhenMissing);
  if (home === null) return [];
  const origins = new Map((await listNoteOrigins(reading)).map(({ name, itemIds }) => [name, itemIds]));
  const cardItems = await listNoteCardItems(reading);
  const found: Note[] = [];
  for (const [folder, kind] of [
    [memoryFolder(homePath), "list"],
    [notesFolder(homePath), "dated"],
  ] as const) {
    const items = kind === "dated" ? origins : cardItems;
    for (const name of await namesIn(folder, handsOf(home), kind))
      found.push(
        await readNote(join(folder, `${name}.md`), {
          name,
          kind,
          hands: handsOf(home),
          itemIds: items.get(name) ?? [],
        }),
      );
  }
  return found.sort((a, b) => (a.at === b.at ? (a.name < b.name ? -1 : 1) : a.at < b.at ? 1 : -1));
}

async function namesIn(folder: string, hands: Hands, kind: Note["kind"]): Promise<string[]> {
  const stats = await lstat(folder).catch(nullWhenMissing);
  if (stats === null || refuseFolder(stats, hands) !== null) return [];
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true });
  return entries
    .flatMap(({ name }) => (name.endsWith(".md") && !name.startsWith(".") ? [name.slice(0, -3)] : []))
    .filter((name) => noteName.test(name) && (kind === "dated" || !notNotes.test(name)))
    .sort()
    .slice(-mostNotes);
}

async function readNote(
  path: string,
  given: Pick<Note, "name" | "kind" | "itemIds"> & { hands: Hands },
): Promise<Note> {
  const { hands, ...rest } = given;
  const day = /^\d{4}-\d{2}-\d{2}(?=-|$)/.exec(given.name)?.[0];
  const at = day ?? (await lstat(path)).mtime.toISOString();
  const file = await readOwnedFile(path, hands, largestNote);
  if (file.kind !== "text")
    return { ...rest, at, text: "", blocked: file.kind === "missing" ? "it is gone" : file.why };
  // The marks by which an entry of a card is found again say nothing to a reader.
  const text = file.text.replaceAll(/ ?<!-- steward:note:[\w:-]{1,80} -->/g, "").trim();
  return { ...rest, at, text, blocked: whyBlocked(scanText(text), text) };
}

function whyBlocked(finding: TextFinding | null, text: string): string | null {
  if (finding !== null) return finding.why;
  return text.length > 20_000 ? "it is longer than 20,000 characters" : null;
}

/** The name of a new note: its day and its first words that say something. Contract: pure; `taken` are never given again. */
export function nameNote(day: string, text: string, taken: ReadonlySet<string>): string {
  const words = foldedWords(text).filter(
    (word) => word.length > 2 && /^[a-z0-9]+$/.test(word) && !emptyWords.has(word),
  );
  const slug = words.slice(0, 5).join("-").slice(0, 50).replace(/-+$/, "");
  const base = `${day}-${slug === "" ? "note" : slug}`;
  if (!taken.has(base)) return base;
  for (let at = 2; ; at += 1) if (!taken.has(`${base}-${at}`)) return `${base}-${at}`;
}

const emptyWords = new Set(
  "remember that the and for you please note this with are was have has will merke dir dass der die das und bitte".split(
    " ",
  ),
);

/** Writes a note of `notes/`, whole or not at all, readable by the owner alone. */
export async function writeNote(homePath: string, name: string, text: string): Promise<void> {
  await makeFolder(notesFolder(homePath));
  await writeFileAtomic(join(notesFolder(homePath), `${name}.md`), `${text.trim()}\n`);
}

/** Removes a note's file; one that is gone is no error. */
export async function removeNote(homePath: string, { name, kind }: Pick<Note, "name" | "kind">): Promise<void> {
  const folder = kind === "dated" ? notesFolder(homePath) : memoryFolder(homePath);
  await unlink(join(folder, `${name}.md`)).catch(nullWhenMissing);
}
