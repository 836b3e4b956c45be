const dictionaryStart =
  "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArial" +
  "Times New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const dictionarySize = 4096;
const outputLimit = 4_000_000;
const compressed = 0x75465a4c;

/** Decompresses Outlook's compressed RTF (MS-OXRTFCP). Contract: pure, output at most 4 MB, never throws. */
export function decompressRtf(bytes: Uint8Array): string {
  if (bytes.length < 16) return "";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(8, true) !== compressed) return Buffer.from(bytes.subarray(16)).toString("latin1", 0, outputLimit);
  const size = Math.min(view.getUint32(4, true), outputLimit);
  const dictionary = new Uint8Array(dictionarySize);
  dictionary.set(Buffer.from(dictionaryStart, "latin1"));
  let write = dictionaryStart.length;
  const out = new Uint8Array(size);
  let end = 0;
  const emit = (byte: number): void => {
    if (end < size) out[end] = byte;
    end += 1;
    dictionary[write] = byte;
    write = (write + 1) % dictionarySize;
  };
  let at = 16;
  while (at < bytes.length && end < size) {
    const control = bytes[at] ?? 0;
    at += 1;
    for (let bit = 0; bit < 8 && at < bytes.length && end < size; bit += 1) {
      if ((control & (1 << bit)) === 0) {
        emit(bytes[at] ?? 0);
        at += 1;
        continue;
      }
      const reference = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      at += 2;
      const offset = reference >> 4;
      if (offset === write) return Buffer.from(out.subarray(0, Math.min(end, size))).toString("latin1");
      for (let step = 0; step < (reference & 15) + 2; step += 1)
        emit(dictionary[(offset + step) % dictionarySize] ?? 0);
    }
  }
  return Buffer.from(out.subarray(0, Math.min(end, size))).toString("latin1");
}
