import type { DriveCursor } from "./drive-cursor.ts";
import { joinPath, markedName, nameKey, safeName } from "./safe-name.ts";

/** More than this is no folder that a person keeps by hand; the cursor holds them all. */
export const filesLimit = 20_000;

/**
 * What is known of the chosen folder, as maps, for one page; `toCursor` gives it back as plain data.
 * Contract: every file and folder in it hangs below the root; two in one folder never have names that a disk takes for one.
 */
export class FolderTree {
  readonly root: string;
  readonly fetch: Set<string>;
  /** Ids that are no longer in the folder, and were not found in it again since. */
  readonly gone = new Set<string>();
  list: [string, string | null, boolean][];
  again: [string, number][];
  token: string;
  anew: boolean;
  readonly drive: string | null;
  readonly #folders: Map<string, [string | null, string, string | null]>;
  readonly #files: Map<string, [string, string, string | null]>;
  /** Holder of each name of a folder. */
  readonly #names = new Map<string, string>();

  constructor(cursor: DriveCursor) {
    this.root = cursor.root;
    this.drive = cursor.drive;
    this.token = cursor.token;
    this.anew = cursor.anew;
    this.list = cursor.list.map(([id, page, isSecond]) => [id, page, isSecond]);
    this.again = cursor.again.map(([id, atMs]) => [id, atMs]);
    this.fetch = new Set(cursor.fetch);
    this.#folders = new Map(Object.entries(cursor.folders));
    this.#files = new Map(Object.entries(cursor.files));
    for (const [id, [parent, name]] of [...this.#folders, ...this.#files]) this.#names.set(place(parent, name), id);
  }

  toCursor(): DriveCursor {
    return {
      v: 1,
      root: this.root,
      drive: this.drive,
      token: this.token,
      list: this.list,
      again: this.again,
      fetch: [...this.fetch],
      folders: Object.fromEntries(this.#folders),
      files: Object.fromEntries(this.#files),
      anew: this.anew,
    };
  }

  hasFolder(id: string): boolean {
    return this.#folders.has(id);
  }

  hasFile(id: string): boolean {
    return this.#files.has(id);
  }

  fileIds(): string[] {
    return [...this.#files.keys()];
  }

  /** The shortcut that a folder was reached by; null for one that lies where it is. */
  viaOf(id: string): string | null {
    return this.#folders.get(id)?.[2] ?? null;
  }

  /** What a file that is a shortcut stands for. */
  targetOf(id: string): string | null {
    return this.#files.get(id)?.[2] ?? null;
  }

  /** The files that are shortcuts to this one. */
  shortcutsTo(target: string): string[] {
    return [...this.#files].flatMap(([id, entry]) => (entry[2] === target ? [id] : []));
  }

  /** Puts a folder in its place: a new one is listed; of one that was renamed or moved all files have another path. */
  putFolder(id: string, parent: string, name: string, via: string | null = null): void {
    if (id === this.root) return;
    const before = this.#folders.get(id);
    const free = this.#freeName(id, parent, name);
    if (before?.[0] === parent && before[1] === free && before[2] === via) return;
    if (this.#isBelow(parent, id)) return;
    if (before !== undefined) this.#names.delete(place(before[0], before[1]));
    this.#folders.set(id, [parent, free, via]);
    this.#names.set(place(parent, free), id);
    if (before === undefined) this.list.push([id, null, false]);
    else for (const [file] of this.#files) if (this.#isInFolder(file, id)) this.fetch.add(file);
  }

  /** Puts a file in its place and has it fetched. False when there are too many. */
  putFile(id: string, parent: string, name: string, target: string | null = null): boolean {
    const before = this.#files.get(id);
    if (before === undefined && this.#files.size >= filesLimit) return false;
    const free = this.#freeName(id, parent, name);
    if (before !== undefined) this.#names.delete(place(before[0], before[1]));
    this.#files.set(id, [parent, free, target]);
    this.#names.set(place(parent, free), id);
    this.fetch.add(id);
    this.gone.delete(id);
    return true;
  }

  /** Lets go of a file, or of a folder and all that is in it or was reached through it. */
  forget(id: string): void {
    const file = this.#files.get(id);
    if (file !== undefined) this.#forgetFile(id, file);
    for (const [folder, entry] of [...this.#folders]) if (entry[2] === id) this.forget(folder);
    const folder = this.#folders.get(id);
    if (folder === undefined || id === this.root) return;
    this.#folders.delete(id);
    this.#names.delete(place(folder[0], folder[1]));
    this.list = this.list.filter(([listed]) => listed !== id);
    this.again = this.again.filter(([listed]) => listed !== id);
    for (const [child, entry] of [...this.#files]) if (entry[0] === id) this.#forgetFile(child, entry);
    for (const [child, entry] of [...this.#folders]) if (entry[0] === id) this.forget(child);
  }

  /** Puts the folders that were listed before `beforeMs` on the list once more. */
  lookAgain(beforeMs: number): void {
    this.list.push(
      ...this.again.flatMap(([id, atMs]): [string, null, true][] => (atMs <= beforeMs ? [[id, null, true]] : [])),
    );
    this.again = this.again.filter(([, atMs]) => atMs > beforeMs);
  }

  /** Where a file lies, relative to the root. */
  pathOf(id: string): string {
    const entry = this.#files.get(id);
    const segments: string[] = entry === undefined ? [] : [entry[1]];
    let at = entry?.[0] ?? null;
    for (let depth = 0; at !== null && at !== this.root && depth <= this.#folders.size; depth += 1) {
      const folder = this.#folders.get(at);
      segments.unshift(folder?.[1] ?? "_");
      at = folder?.[0] ?? null;
    }
    return joinPath(segments);
  }

  #forgetFile(id: string, entry: [string, string, string | null]): void {
    this.#files.delete(id);
    this.#names.delete(place(entry[0], entry[1]));
    this.fetch.delete(id);
    this.gone.add(id);
  }

  #isInFolder(file: string, folder: string): boolean {
    return this.#isBelow(this.#files.get(file)?.[0] ?? this.root, folder);
  }

  #isBelow(id: string, folder: string): boolean {
    let at: string | null = id;
    for (let depth = 0; at !== null && depth <= this.#folders.size; depth += 1) {
      if (at === folder) return true;
      at = this.#folders.get(at)?.[0] ?? null;
    }
    return false;
  }

  /** The name, or one marked with the file's id when a neighbour has it. Who has a name keeps it. */
  #freeName(id: string, parent: string, name: string): string {
    const plain = safeName(name);
    for (const free of [plain, ...[6, 12, 64].map((length) => markedName(plain, id, length))]) {
      const holder = this.#names.get(place(parent, free));
      if (holder === undefined || holder === id) return free;
    }
    return markedName(plain, id, 64);
  }
}

function place(parent: string | null, name: string): string {
  return `${parent ?? ""}/${nameKey(name)}`;
}
