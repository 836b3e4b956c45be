import { decompressRtf } from "./compressed-rtf.ts";
import { rtfToText } from "./rtf-to-text.ts";

export interface TnefFile {
  name: string;
  mediaType: string;
  bytes: Uint8Array;
}

export interface Tnef {
  text: string;
  attachments: TnefFile[];
  problems: string[];
}

const signature = 0x223e9f78;
const attributeLimit = 5_000;
const fileLimit = 500;
const attribute = {
  body: 0x800c,
  messageProperties: 0x9003,
  renderData: 0x9002,
  title: 0x8010,
  data: 0x800f,
  fileProperties: 0x9005,
};
const property = { body: 0x1000, rtf: 0x1009, longName: 0x3707, shortName: 0x3704, mimeTag: 0x370e };
const fixedSizes: Record<number, number> = { 2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16 };

/**
 * Reads a winmail.dat (TNEF, MS-OXTNEF): the names and bytes of its files and its body text. Contract: pure, bounded by
 * the size of the input, never throws; what cannot be read becomes a problem.
 */
export function parseTnef(bytes: Uint8Array): Tnef {
  const result: Tnef = { text: "", attachments: [], problems: [] };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 6 || view.getUint32(0, true) !== signature) {
    result.problems.push("winmail.dat is not in the form that Outlook writes.");
    return result;
  }
  let at = 6;
  for (let count = 0; at + 9 <= bytes.length; count += 1) {
    const id = view.getUint16(at + 1, true);
    const length = view.getUint32(at + 5, true);
    const start = at + 9;
    if (start + length > bytes.length || count > attributeLimit) {
      result.problems.push("winmail.dat is cut off; only its beginning was read.");
      break;
    }
    readAttribute(id, bytes.subarray(start, start + length), result);
    at = start + length + 2;
  }
  return result;
}

function readAttribute(id: number, value: Uint8Array, result: Tnef): void {
  const current = result.attachments.at(-1);
  if (id === attribute.renderData && result.attachments.length < fileLimit) {
    result.attachments.push({ name: "", mediaType: "application/octet-stream", bytes: new Uint8Array(0) });
  } else if (id === attribute.body && result.text === "") result.text = decodeNarrow(value);
  else if (id === attribute.messageProperties) readMessageProperties(value, result);
  else if (current === undefined) return;
  else if (id === attribute.title && current.name === "") current.name = decodeNarrow(value);
  else if (id === attribute.data) current.bytes = value;
  else if (id === attribute.fileProperties) {
    const found = readProperties(value);
    const name = found.get(property.longName) ?? found.get(property.shortName);
    if (name !== undefined) current.name = decodeString(name);
    const tag = found.get(property.mimeTag);
    if (tag !== undefined) current.mediaType = decodeString(tag).toLowerCase().slice(0, 100) || current.mediaType;
  }
}

function readMessageProperties(value: Uint8Array, result: Tnef): void {
  const found = readProperties(value);
  const body = found.get(property.body);
  if (body !== undefined && result.text === "") result.text = decodeString(body);
  const rtf = found.get(property.rtf);
  if (rtf !== undefined && result.text === "") result.text = rtfToText(decompressRtf(rtf.bytes));
}

interface PropertyValue {
  bytes: Uint8Array;
  isUnicode: boolean;
}

/** The properties of a MAPI property list that hold text or bytes, by id. */
function readProperties(list: Uint8Array): Map<number, PropertyValue> {
  const found = new Map<number, PropertyValue>();
  const view = new DataView(list.buffer, list.byteOffset, list.byteLength);
  if (list.length < 4) return found;
  const count = Math.min(view.getUint32(0, true), attributeLimit);
  let at = 4;
  for (let index = 0; index < count && at + 4 <= list.length; index += 1) {
    const type = view.getUint16(at, true);
    const id = view.getUint16(at + 2, true);
    at = skipName(view, at + 4, id);
    const next = readValue(view, list, at, type, (value) => found.set(id, value));
    if (next < 0) break;
    at = next;
  }
  return found;
}

/** A named property carries a GUID and a number or a name. */
function skipName(view: DataView, at: number, id: number): number {
  if (id < 0x8000 || at + 24 > view.byteLength) return at;
  if (view.getUint32(at + 16, true) === 0) return at + 24;
  const length = view.getUint32(at + 20, true);
  return at + 24 + length + ((4 - (length % 4)) % 4);
}

/** Returns where the next property starts, -1 when the list is broken. */
function readValue(
  view: DataView,
  list: Uint8Array,
  start: number,
  type: number,
  keep: (value: PropertyValue) => void,
): number {
  const base = type & 0x0fff;
  const isMany = (type & 0x1000) !== 0;
  const fixed = fixedSizes[base];
  const isCounted = fixed === undefined || isMany;
  if (isCounted && start + 4 > list.length) return -1;
  const values = isCounted ? view.getUint32(start, true) : 1;
  let at = isCounted ? start + 4 : start;
  if (fixed !== undefined) return at + values * fixed;
  for (let index = 0; index < values; index += 1) {
    if (at + 4 > list.length) return -1;
    const length = view.getUint32(at, true);
    at += 4;
    if (at + length > list.length) return -1;
    if (index === 0) keep({ bytes: list.subarray(at, at + length), isUnicode: base === 0x1f });
    at += length + ((4 - (length % 4)) % 4);
  }
  return at;
}

function decodeString(value: PropertyValue): string {
  if (!value.isUnicode) return decodeNarrow(value.bytes);
  return new TextDecoder("utf-16le").decode(value.bytes).replace(/\0+$/, "");
}

function decodeNarrow(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder("windows-1252").decode(end < 0 ? bytes : bytes.subarray(0, end));
}
