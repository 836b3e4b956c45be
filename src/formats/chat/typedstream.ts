const classString = [...new TextEncoder().encode("NSString")];
const placeholder = "\ufffc";

/**
 * The text of an `attributedBody`: the first NSString of a typedstream ("streamtyped") archive.
 *
 * Null when there is none or the bytes end early. Lengths are one byte, or 0x81 and two bytes, or 0x82 and four bytes, little
 * endian; a length byte may be a printable character. A byte order mark at the front means UTF-16. Contract: pure, never
 * throws, whatever the bytes.
 */
export function decodeTypedstream(bytes: Uint8Array): string | null {
  const named = indexOfClass(bytes);
  if (named < 0) return null;
  const at = indexOfPair(bytes, 0x01, 0x2b, named, named + 32);
  if (at < 0) return null;
  const length = readLength(bytes, at + 2);
  if (length === null || length.next + length.value > bytes.length) return null;
  return decodeText(bytes.subarray(length.next, length.next + length.value));
}

/** The text without the marks that stand for attachments and app balloons. */
export function withoutPlaceholders(text: string): string {
  return text.replaceAll(placeholder, "").replaceAll("\ufffd", "");
}

function indexOfClass(bytes: Uint8Array): number {
  for (let at = 0; at + classString.length <= bytes.length; at += 1) {
    // The byte before is the name's length: NSMutableString and NSAttributedString end alike.
    if (
      bytes[at] === 0x4e &&
      (at === 0 || bytes[at - 1] === 8) &&
      classString.every((byte, n) => bytes[at + n] === byte)
    ) {
      return at + classString.length;
    }
  }
  return -1;
}

function indexOfPair(bytes: Uint8Array, first: number, second: number, from: number, to: number): number {
  for (let at = from; at + 1 < Math.min(bytes.length, to); at += 1) {
    if (bytes[at] === first && bytes[at + 1] === second) return at;
  }
  return -1;
}

function readLength(bytes: Uint8Array, at: number): { value: number; next: number } | null {
  const first = bytes[at];
  if (first === undefined) return null;
  if (first < 0x80) return { value: first, next: at + 1 };
  const size = first === 0x81 ? 2 : first === 0x82 ? 4 : 0;
  if (size === 0 || at + 1 + size > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at + 1, size);
  return { value: size === 2 ? view.getUint16(0, true) : view.getUint32(0, true), next: at + 1 + size };
}

function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return new TextDecoder().decode(bytes);
}
