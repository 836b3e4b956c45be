/** One container that is open at a place of a JSON text. Plain JSON itself, so that a cursor can hold it. */
export interface JsonFrame {
  kind: "object" | "array";
  /** Of an object: the key whose value comes or came last. */
  key: string;
}

export interface ScanHandler {
  /**
   * A value begins: its path (keys of the objects around it, "*" for places in arrays, its own last) is `path`. Answer true
   * to have its bytes handed to `onValue` when it ended; false looks into it.
   */
  wants(path: readonly string[]): boolean;
  onValue(path: readonly string[], bytes: Uint8Array, offset: number): void;
  /** A wanted value was larger than the limit; its bytes are not kept. */
  onTooLarge(path: readonly string[], offset: number): void;
  /** A container that is looked into begins. */
  onOpen?(path: readonly string[]): void;
}

const quote = 0x22;
const backslash = 0x5c;
const structure = new Set([0x7b, 0x5b, 0x7d, 0x5d, 0x2c, 0x3a]);
const maxDepth = 200;
const maxKeyBytes = 256;

/**
 * Cuts values out of a JSON text of any size without holding it: it follows strings, escapes and brackets only, byte by byte,
 * so that a broken value costs itself and nothing after it, and invalid escapes (`\x0B`) do no harm.
 *
 * Contract: feed chunks in their order with `write`; it stops early, after a value, when `stop` was called, and `offset`
 * then is where to go on with a new scanner that is given `frames`. Memory: one value of at most `maxValueBytes`.
 */
export class JsonScan {
  offset: number;
  stopped = false;
  /** True when the outermost value has ended. */
  ended = false;
  /** What makes the text no JSON at all, null while it may be. */
  broken: string | null = null;
  readonly #handler: ScanHandler;
  readonly #maxValueBytes: number;
  readonly #frames: JsonFrame[];
  #inString = false;
  #escaped = false;
  /** Bytes of the key that is being read, null outside keys. */
  #key: number[] | null = null;
  #expectsKey: boolean;
  #scalar = false;
  /** Where the bytes of the capture that are not kept yet begin in this chunk. */
  #captureFrom = 0;
  #capture: { path: readonly string[]; offset: number; depth: number; parts: Uint8Array[]; bytes: number } | null =
    null;

  constructor(handler: ScanHandler, start: { offset: number; frames: readonly JsonFrame[] }, maxValueBytes: number) {
    this.#handler = handler;
    this.#maxValueBytes = maxValueBytes;
    this.offset = start.offset;
    this.#frames = start.frames.map((frame) => ({ ...frame }));
    this.#expectsKey = this.#frames.at(-1)?.kind === "object";
  }

  get frames(): JsonFrame[] {
    return this.#frames.map((frame) => ({ ...frame }));
  }

  /** True in the middle of a value that was asked for, or of any container: the text cannot end here. */
  get isOpen(): boolean {
    return this.#frames.length > 0 || this.#inString || this.#capture !== null;
  }

  stop(): void {
    this.stopped = true;
  }

  write(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && !this.stopped && this.broken === null) {
      if (this.#inString) {
        at = this.#skipString(chunk, at);
        continue;
      }
      const byte = chunk[at] ?? 0;
      if (this.#scalar && (byte <= 0x20 || structure.has(byte))) {
        this.#scalar = false;
        this.#endValue(chunk, at);
        if (this.stopped) break;
      }
      if (byte > 0x20) this.#step(byte, chunk, at);
      at += 1;
    }
    if (this.#capture !== null) this.#keep(chunk, at);
    this.#captureFrom = 0;
    this.offset += at;
  }

  /** Inside a string: to the byte after the closing quote, or to the end of the chunk. */
  #skipString(chunk: Uint8Array, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#escaped) this.#escaped = false;
      else if (byte === backslash) this.#escaped = true;
      else if (byte === quote) {
        this.#endString(chunk, at + 1);
        return at + 1;
      }
      if (this.#key !== null && this.#key.length < maxKeyBytes) this.#key.push(byte);
    }
    return chunk.length;
  }

  #endString(chunk: Uint8Array, end: number): void {
    this.#inString = false;
    const key = this.#key;
    this.#key = null;
    const frame = this.#frames.at(-1);
    if (key === null || frame === undefined) this.#endValue(chunk, end);
    else frame.key = new TextDecoder().decode(Uint8Array.from(key));
  }

  #step(byte: number, chunk: Uint8Array, at: number): void {
    if (byte === quote) this.#startString(at);
    else if (byte === 0x7b) this.#openContainer("object", at);
    else if (byte === 0x5b) this.#openContainer("array", at);
    else if (byte === 0x7d) this.#closeContainer("object", chunk, at);
    else if (byte === 0x5d) this.#closeContainer("array", chunk, at);
    else if (byte === 0x2c) this.#expectsKey = this.#frames.at(-1)?.kind === "object";
    else if (byte !== 0x3a && !this.#scalar) {
      this.#startValue(at);
      this.#scalar = true;
    }
  }

  #startString(at: number): void {
    this.#inString = true;
    if (this.#expectsKey) {
      this.#expectsKey = false;
      this.#key = [];
    } else this.#startValue(at);
  }

  #openContainer(kind: JsonFrame["kind"], at: number): void {
    this.#startValue(at);
    if (this.#frames.length >= maxDepth) this.broken = "it is nested too deeply";
    if (this.#capture === null) this.#handler.onOpen?.(this.#path());
    this.#frames.push({ kind, key: "" });
    this.#expectsKey = kind === "object";
  }

  #closeContainer(kind: JsonFrame["kind"], chunk: Uint8Array, at: number): void {
    const frame = this.#frames.pop();
    if (frame?.kind !== kind) {
      this.broken = "a bracket closes what was never opened";
      return;
    }
    this.#expectsKey = false;
    this.#endValue(chunk, at + 1);
    if (this.#frames.length === 0) this.ended = true;
  }

  #startValue(at: number): void {
    if (this.#capture !== null) return;
    const path = this.#path();
    if (!this.#handler.wants(path)) return;
    this.#capture = { path, offset: this.offset + at, depth: this.#frames.length, parts: [], bytes: 0 };
    this.#captureFrom = at;
  }

  #endValue(chunk: Uint8Array, end: number): void {
    const capture = this.#capture;
    if (capture === null || capture.depth !== this.#frames.length) return;
    this.#keep(chunk, end);
    this.#capture = null;
    if (capture.bytes > this.#maxValueBytes) this.#handler.onTooLarge(capture.path, capture.offset);
    else this.#handler.onValue(capture.path, joinBytes(capture.parts, capture.bytes), capture.offset);
  }

  #keep(chunk: Uint8Array, end: number): void {
    const capture = this.#capture;
    if (capture === null) return;
    const part = chunk.slice(this.#captureFrom, end);
    capture.bytes += part.length;
    if (capture.bytes <= this.#maxValueBytes) capture.parts.push(part);
    else capture.parts = [];
  }

  #path(): string[] {
    return this.#frames.map((frame) => (frame.kind === "array" ? "*" : frame.key));
  }
}

function joinBytes(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
