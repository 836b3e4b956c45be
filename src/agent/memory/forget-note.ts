import { deleteNoteOrigin } from "../../store/memory.ts";
import { dropFromIndex } from "./memory-index.ts";
import { type Note, removeNote } from "./notes.ts";
import type { MemoryPlace } from "./remember.ts";

/** Removes a note for good: its file, its line in the index, and where it came from. */
export async function forgetNote({ store, homePath }: MemoryPlace, note: Note): Promise<void> {
  await removeNote(homePath, note);
  if (note.kind === "list") return;
  await dropFromIndex(homePath, [note.name]);
  await store.write((tx) => deleteNoteOrigin(tx, note.name));
}
