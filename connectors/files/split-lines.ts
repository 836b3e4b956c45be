/** One line of a file with where it begins; `bytes` are without the line end and cut at the limit, `length` is not. */
export interface Line {
  offset: number;
  bytes: Buffer;
  /** Bytes of the line in the file, line end included. */
  length: number;
}

/**
 * Splits a stream of bytes into lines at byte 10 (never at U+2028 or a lone CR). Contract: memory stays below one chunk plus
 * `maxLineBytes`; of a longer line only its beginning is kept.
 */
export async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  startOffset: number,
  maxLineBytes: number,
): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let kept = 0;
  let length = 0;
  let offset = startOffset;
  for await (const chunk of chunks) {
    let from = 0;
    while (from < chunk.length) {
      const end = chunk.indexOf(10, from);
      const stop = end < 0 ? chunk.length : end;
      const part = chunk.subarray(from, Math.min(stop, from + maxLineBytes - kept));
      parts.push(part);
      kept += part.length;
      length += stop - from;
      from = stop;
      if (end < 0) break;
      from += 1;
      yield { offset, bytes: withoutReturn(parts), length: length + 1 };
      offset += length + 1;
      parts = [];
      kept = 0;
      length = 0;
    }
  }
  if (length > 0) yield { offset, bytes: withoutReturn(parts), length };
}

function withoutReturn(parts: Buffer[]): Buffer {
  const [first] = parts;
  const line = parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
  return line.at(-1) === 13 ? line.subarray(0, -1) : line;
}
