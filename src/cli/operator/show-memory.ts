import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { waitingCandidate } from "../../agent/memory/consolidate.ts";
import { forgetNote as forget } from "../../agent/memory/forget-note.ts";
import { readMemoryIndex } from "../../agent/memory/memory-index.ts";
import { noteAge } from "../../agent/memory/note-age.ts";
import { memoryFolder, type Note, readNotes } from "../../agent/memory/notes.ts";
import type { MemoryPlace } from "../../agent/memory/remember.ts";
import { scanText } from "../../agent/memory/scan-text.ts";
import { searchNotes } from "../../agent/memory/search-notes.ts";
import { StewardError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { forScreen } from "../../core/untrusted.ts";
import { writePrivateFile } from "../../daemon/home.ts";
import { makeFolder } from "../../store/make-folder.ts";
import { listMemoryProposals } from "../../store/memory-proposals.ts";
import type { CommandContext } from "../command-context.ts";
import { writeWords } from "../door/write-words.ts";
import { differenceCount } from "../render/difference-screen.ts";
import { showText } from "../render/visible-text.ts";
import { wrap } from "../render/width.ts";
import { ownerYes } from "./owner-yes.ts";

/** The index as a prompt has it, the newest notes, and what waits for the owner. */
export async function showMemory(context: CommandContext, place: MemoryPlace): Promise<void> {
  const [index, notes, proposals, candidate] = await Promise.all([
    readMemoryIndex(place.homePath),
    readNotes(place.store, place.homePath),
    listMemoryProposals(place.store),
    waitingCandidate(place),
  ]);
  const lines = index === "" ? ["Nothing is remembered yet."] : showText(index);
  const more = notes.filter(({ name }) => !index.includes(name));
  if (more.length > 0)
    lines.push(
      "",
      `Other notes: ${more
        .slice(0, 20)
        .map(({ name }) => forScreen(name))
        .join(", ")}`,
    );
  if (proposals.length > 0) lines.push("", "Waits for your yes (memory accept N, memory reject N)");
  for (const { number, text, why, itemIds } of proposals) {
    const from = itemIds.length === 0 ? "" : `; read: ${plural(itemIds.length, "item")}`;
    lines.push(`${number}  ${forScreen(text)} (${forScreen(why)}${from})`);
  }
  if (candidate !== null)
    lines.push(
      "",
      `Tidied up: ${differenceCount(candidate.before, candidate.after)}. See it: ${context.self} memory accept candidate`,
    );
  print(context, lines);
}

/** One note, whole, and what it came from; also one that no model is shown. */
export async function showNote(context: CommandContext, place: MemoryPlace, name: string): Promise<void> {
  const note = await findNote(context, place, name);
  const from =
    note.itemIds.length === 0 ? [] : [`written after reading: ${note.itemIds.map((id) => `#${id}`).join(", ")}`];
  const blocked = note.blocked === null ? [] : [`not shown to a model: ${note.blocked}`];
  print(context, [noteAge(note.at, context.clock.now()), ...from, ...blocked, "", ...showText(note.text)]);
}

export async function searchMemory(context: CommandContext, place: MemoryPlace, words: string): Promise<void> {
  const found = searchNotes(await readNotes(place.store, place.homePath), { words });
  if (found.length === 0) return print(context, ["No note has it."]);
  print(
    context,
    found.flatMap(({ name, text }) => [
      forScreen(name),
      ...showText(text)
        .slice(0, 3)
        .map((line) => `  ${line}`),
    ]),
  );
}

/** Lets the owner edit the index, or a note, in their editor. It is their file: it is kept whatever it says. */
export async function editMemory(context: CommandContext, place: MemoryPlace, name: string): Promise<void> {
  const note = name === "" ? null : await findNote(context, place, name);
  const folder = note?.kind === "dated" ? join(memoryFolder(place.homePath), "notes") : memoryFolder(place.homePath);
  const path = join(folder, `${note?.name ?? "MEMORY"}.md`);
  if (!context.terminal.interactive) {
    throw new StewardError("usage", "Nobody can be asked here.", { cure: `Edit ${path} in an editor of your own.` });
  }
  const initial = existsSync(path) ? await readFile(path, "utf8") : "# Memory\n";
  const after = await writeWords(context, { name: "memory.md", initial, otherwise: path }, async (text) => text);
  await makeFolder(folder);
  await writePrivateFile(path, after);
  const finding = scanText(after);
  print(context, [finding === null ? "Kept." : `Kept; not all of it is shown to a model: ${finding.why}.`]);
}

export async function forgetNote(
  context: CommandContext,
  place: MemoryPlace,
  name: string,
  yes: boolean,
): Promise<void> {
  const note = await findNote(context, place, name);
  print(context, showText(note.text));
  const cure = `${context.self} memory forget ${name} --yes`;
  if (!(await ownerYes(context, { yes, question: "Forget this for good?", cure }))) return;
  await forget(place, note);
  print(context, ["Forgotten."]);
}

async function findNote(context: CommandContext, place: MemoryPlace, name: string): Promise<Note> {
  const [note] = searchNotes(await readNotes(place.store, place.homePath), { name });
  if (note !== undefined) return note;
  throw new StewardError("not_found", `There is no note called ${forScreen(name)}.`, {
    cure: `See which there are: ${context.self} memory`,
  });
}

function print({ terminal }: CommandContext, lines: readonly string[]): void {
  const width = Math.min(terminal.columns, 78);
  terminal.out(`${lines.flatMap((line) => wrap(line, width)).join("\n")}\n`);
}
