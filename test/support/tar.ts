import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

export interface TarEntry {
  name: string;
  bytes: Buffer;
}

const block = 512;

/** The files of a tar or tar.gz archive, in order; folders, links and extended headers are read past. */
export function readTar(path: string): TarEntry[] {
  const raw = readFileSync(path);
  const data = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw;
  const entries: TarEntry[] = [];
  let longName = "";
  for (let at = 0; at + block <= data.length && data[at] !== 0; ) {
    const header = data.subarray(at, at + block);
    const size = Number.parseInt(text(header, 124, 12), 8) || 0;
    const body = data.subarray(at + block, at + block + size);
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === "L") longName = text(body, 0, body.length);
    else if (type === "x") longName = /\d+ path=(.*)\n/.exec(body.toString("utf8"))?.[1] ?? "";
    else {
      const prefix = text(header, 345, 155);
      const name = longName || (prefix === "" ? "" : `${prefix}/`) + text(header, 0, 100);
      if (type === "0" || type === "\0") entries.push({ name, bytes: body });
      longName = "";
    }
    at += block + Math.ceil(size / block) * block;
  }
  return entries;
}

function text(bytes: Buffer, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return field
    .subarray(0, end < 0 ? field.length : end)
    .toString("utf8")
    .trim();
}
