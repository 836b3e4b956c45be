import { crc32 } from "node:zlib";
import yauzl, { type Entry, type ZipFile } from "yauzl";
import { StewardError, toStewardError } from "../../src/core/errors.ts";

/** One entry of a zip. `name` is a label only: it may be absolute or hold `..` and is never a place to write to. */
export interface ZipEntry {
  name: string;
  sizeBytes: number;
  compressedBytes: number;
  isFolder: boolean;
  /** When the entry was last changed by the zip's own account, ms since 1970, or null when that is no date. */
  modifiedMs: number | null;
}

export interface ZipLimits {
  /** Sum of the uncompressed sizes the zip may claim. */
  totalBytes: number;
  maxEntries: number;
  /** Uncompressed over compressed size that is still believed, for entries of more than `ratioFromBytes`. */
  maxRatio: number;
  ratioFromBytes: number;
  /** How deep zips may lie in zips; the outermost has depth 0. */
  maxDepth: number;
  /** The largest inner zip that is taken into memory. */
  innerBytes: number;
}

export const zipLimits: Readonly<ZipLimits> = {
  totalBytes: 64 * 1024 ** 3,
  maxEntries: 100_000,
  maxRatio: 200,
  ratioFromBytes: 10 * 1024 ** 2,
  maxDepth: 2,
  innerBytes: 1024 ** 3,
};

/** An open zip. Contract: `close` may be called twice; everything else throws a `StewardError` after it. */
export interface OpenZip {
  readonly entries: readonly ZipEntry[];
  /** The bytes of one entry as they are unpacked; a wrong checksum or size throws after the last chunk. */
  stream(entry: ZipEntry): AsyncGenerator<Buffer>;
  /** One whole entry of at most `maxBytes`. */
  read(entry: ZipEntry, maxBytes: number): Promise<Buffer>;
  /** A zip inside this zip, one level deeper. */
  openInner(entry: ZipEntry): Promise<OpenZip>;
  close(): void;
}

/**
 * Opens a zip from a path or from bytes and lists it.
 *
 * Contract: nothing is ever written. Throws `StewardError` `unreadable` for what is not a whole zip, for a password, a bomb
 * (claims beyond the limits, or more bytes than claimed), too many entries or too deep nesting; `not_found` and
 * `no_permission` as the system says. `close` it when done.
 */
export async function openZip(source: string | Buffer, limits: Partial<ZipLimits> = {}, depth = 0): Promise<OpenZip> {
  const bounds = { ...zipLimits, ...limits };
  if (depth > bounds.maxDepth) {
    throw new StewardError("unreadable", `This zip lies in more than ${bounds.maxDepth} other zips.`, {
      cure: "Unpack it yourself and give steward the folder.",
    });
  }
  const file = await openFile(source);
  try {
    const listed = await listEntries(file, bounds);
    return new ListedZip(file, listed, bounds, depth);
  } catch (error) {
    file.close();
    throw toZipError(error, "listing");
  }
}

async function openFile(source: string | Buffer): Promise<ZipFile> {
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true };
  try {
    return typeof source === "string"
      ? await yauzl.openPromise(source, options)
      : await yauzl.fromBufferPromise(source, options);
  } catch (error) {
    throw toZipError(error, "opening");
  }
}

async function listEntries(file: ZipFile, limits: ZipLimits): Promise<Map<ZipEntry, Entry>> {
  if (file.entryCount > limits.maxEntries) throw tooMany(limits.maxEntries);
  const listed = new Map<ZipEntry, Entry>();
  let totalBytes = 0;
  for await (const entry of file.eachEntry()) {
    if (listed.size >= limits.maxEntries) throw tooMany(limits.maxEntries);
    totalBytes += entry.uncompressedSize;
    listed.set(describe(entry), entry);
  }
  if (totalBytes > limits.totalBytes) throw bomb(`it claims to hold ${totalBytes} bytes`);
  // Entries that share their compressed bytes claim little each and very much together.
  if (totalBytes > limits.ratioFromBytes && totalBytes > file.fileSize * limits.maxRatio) {
    throw bomb(`${file.fileSize} bytes claim to unpack to ${totalBytes}`);
  }
  return listed;
}

function describe(entry: Entry): ZipEntry {
  const raw = Buffer.from(entry.fileNameRaw);
  const name = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, raw, entry.extraFields, false);
  const modifiedMs = entry.getLastModDate({ timezone: "UTC" }).getTime();
  return {
    name,
    sizeBytes: entry.uncompressedSize,
    compressedBytes: entry.compressedSize,
    isFolder: /[/\\]$/.test(name),
    modifiedMs: Number.isFinite(modifiedMs) ? modifiedMs : null,
  };
}

class ListedZip implements OpenZip {
  readonly entries: readonly ZipEntry[];
  readonly #file: ZipFile;
  readonly #listed: Map<ZipEntry, Entry>;
  readonly #limits: ZipLimits;
  readonly #depth: number;

  constructor(file: ZipFile, listed: Map<ZipEntry, Entry>, limits: ZipLimits, depth: number) {
    this.#file = file;
    this.#listed = listed;
    this.#limits = limits;
    this.#depth = depth;
    this.entries = [...listed.keys()];
  }

  async *stream(entry: ZipEntry): AsyncGenerator<Buffer> {
    const known = this.#listed.get(entry);
    if (known === undefined) throw new StewardError("internal", "An entry of another zip was asked for.");
    if (known.isEncrypted()) throw locked(entry.name);
    if (isBomb(entry, this.#limits)) {
      throw bomb(`"${entry.name}" claims to unpack from ${entry.compressedBytes} to ${entry.sizeBytes} bytes`);
    }
    let checksum = 0;
    try {
      const bytes = await this.#file.openReadStreamPromise(known);
      for await (const chunk of bytes) {
        const part = Buffer.from(chunk);
        checksum = crc32(part, checksum);
        yield part;
      }
    } catch (error) {
      throw toZipError(error, `unpacking "${entry.name}"`);
    }
    if (checksum !== known.crc32) throw damaged(`the checksum of "${entry.name}" is wrong`);
  }

  async read(entry: ZipEntry, maxBytes: number): Promise<Buffer> {
    if (entry.sizeBytes > maxBytes) {
      throw new StewardError("unreadable", `"${entry.name}" is larger than ${maxBytes} bytes.`, {
        cure: "Unpack it yourself and give steward the folder.",
      });
    }
    const chunks: Buffer[] = [];
    for await (const chunk of this.stream(entry)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async openInner(entry: ZipEntry): Promise<OpenZip> {
    return openZip(await this.read(entry, this.#limits.innerBytes), this.#limits, this.#depth + 1);
  }

  close(): void {
    if (this.#file.isOpen) this.#file.close();
  }
}

function isBomb(entry: ZipEntry, limits: ZipLimits): boolean {
  return entry.sizeBytes > limits.ratioFromBytes && entry.sizeBytes > entry.compressedBytes * limits.maxRatio;
}

function bomb(why: string): StewardError {
  return new StewardError("unreadable", `This zip was not unpacked, because it looks like a trap: ${why}.`, {
    cure: "If you trust it, unpack it yourself and give steward the folder.",
  });
}

function tooMany(maxEntries: number): StewardError {
  return new StewardError("unreadable", `This zip has more than ${maxEntries} entries.`, {
    cure: "Unpack it yourself and give steward the folder.",
  });
}

function locked(name: string): StewardError {
  return new StewardError("unreadable", `"${name}" in this zip is protected by a password.`, {
    cure: "Unpack it with its password and give steward the folder.",
  });
}

function damaged(why: string, cause?: unknown): StewardError {
  return new StewardError("unreadable", `This zip is damaged: ${why}.`, {
    cure: "Download or export it again.",
    cause,
  });
}

function toZipError(error: unknown, doing: string): StewardError {
  const known = toStewardError(error, `${doing} a zip`);
  if (known.code !== "internal") return known;
  const text = error instanceof Error ? error.message : String(error);
  if (/End of central directory|unexpected EOF|overflows file bounds/i.test(text)) {
    return damaged("it is cut off or is not a zip", error);
  }
  if (/encrypt/i.test(text)) return locked("Something");
  if (/too many bytes|not enough bytes/.test(text))
    return damaged("an entry has another size than the zip says", error);
  return damaged(text.replace(/\.$/, ""), error);
}
