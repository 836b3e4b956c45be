import { inflateRawSync } from "node:zlib";

const entryLimit = 3000;
const totalLimit = 100_000_000;
/** XML is read into a tree many times its size. */
const xmlLimit = 16_000_000;
const ratioLimit = 200;
const endOfDirectory = Buffer.from("PK\u0005\u0006", "latin1");
const ratioFromBytes = 1_000_000;

/**
 * Whether an Office file (a zip) may be unpacked in memory: its directory is read and every XML entry is unpacked against
 * the size it claims, because claims lie. Returns null, or the problem in words. Contract: pure, bounded memory, never throws.
 */
export function checkZip(bytes: Uint8Array): string | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = "The Word file is damaged: it is not a whole zip.";
  const tooMuch = "The Word file unpacks to far more than its size; it was not read.";
  const end = buffer.lastIndexOf(endOfDirectory);
  if (end < 0 || end + 22 > buffer.length) return damaged;
  const count = buffer.readUInt16LE(end + 10);
  if (count > entryLimit) return tooMuch;
  let at = buffer.readUInt32LE(end + 16);
  let total = 0;
  let xml = 0;
  for (let index = 0; index < count; index += 1) {
    const entry = readEntry(buffer, at);
    if (entry === null) return damaged;
    at = entry.next;
    total += entry.size;
    xml += entry.isXml ? entry.size : 0;
    const isBomb = entry.size > ratioFromBytes && entry.size > entry.packed * ratioLimit;
    if (entry.encrypted) return "The Word file is protected by a password.";
    if (isBomb || total > totalLimit || xml > xmlLimit) return tooMuch;
    if (!unpacksAsClaimed(buffer, entry)) return tooMuch;
  }
  return null;
}

interface DirectoryEntry {
  size: number;
  packed: number;
  method: number;
  encrypted: boolean;
  isXml: boolean;
  /** Where its local header lies. */
  local: number;
  next: number;
}

function readEntry(buffer: Buffer, at: number): DirectoryEntry | null {
  if (at + 46 > buffer.length || buffer.readUInt32LE(at) !== 0x02014b50) return null;
  const nameLength = buffer.readUInt16LE(at + 28);
  const next = at + 46 + nameLength + buffer.readUInt16LE(at + 30) + buffer.readUInt16LE(at + 32);
  const name = buffer.toString("latin1", at + 46, at + 46 + nameLength);
  return {
    size: buffer.readUInt32LE(at + 24),
    packed: buffer.readUInt32LE(at + 20),
    method: buffer.readUInt16LE(at + 10),
    encrypted: (buffer.readUInt16LE(at + 8) & 1) === 1,
    isXml: /\.(xml|rels)$/i.test(name),
    local: buffer.readUInt32LE(at + 42),
    next,
  };
}

/** True also for what cannot be unpacked at all: the library that reads it says so itself. */
function unpacksAsClaimed(buffer: Buffer, entry: DirectoryEntry): boolean {
  if (entry.method !== 8 || entry.local + 30 > buffer.length) return true;
  const start = entry.local + 30 + buffer.readUInt16LE(entry.local + 26) + buffer.readUInt16LE(entry.local + 28);
  try {
    inflateRawSync(buffer.subarray(start, start + entry.packed), { maxOutputLength: Math.max(1, entry.size) });
    return true;
  } catch (error) {
    return (error instanceof Error ? Reflect.get(error, "code") : "") !== "ERR_BUFFER_TOO_LARGE";
  }
}
