import { Buffer } from "node:buffer";
import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntry {
  name: string;
  bytes: Uint8Array;
}

const UTF8_NAME = 0x0800;
const DEFLATED = 8;
// 1 January 2026, 00:00 in DOS form: a fixed stamp keeps the archive the same for the same content.
const DOS_DATE = ((2026 - 1980) << 9) | (1 << 5) | 1;

/** A deflated zip archive with UTF-8 names, no extra fields and no zip64. */
export function writeZip(entries: readonly ZipEntry[]): Uint8Array {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name, "utf8");
    const packed = deflateRawSync(entry.bytes);
    const common = commonFields(entry.bytes, packed.length, name.length);
    const local = Buffer.concat([signature(0x04034b50), common, name, packed]);
    directory.push(signature(0x02014b50), uint16(20), common, Buffer.alloc(10), uint32(offset), name);
    locals.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const count = uint16(entries.length);
  const end = [signature(0x06054b50), Buffer.alloc(4), count, count, uint32(index.length), uint32(offset), uint16(0)];
  return Buffer.concat([...locals, index, ...end]);
}

/** From "version needed" to "extra length": the same bytes in the local header and in the directory. */
function commonFields(bytes: Uint8Array, packedBytes: number, nameBytes: number): Buffer {
  return Buffer.concat([
    uint16(20),
    uint16(UTF8_NAME),
    uint16(DEFLATED),
    uint16(0),
    uint16(DOS_DATE),
    uint32(crc32(bytes)),
    uint32(packedBytes),
    uint32(bytes.length),
    uint16(nameBytes),
    uint16(0),
  ]);
}

function signature(value: number): Buffer {
  return uint32(value);
}

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
