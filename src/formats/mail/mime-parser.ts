import { isUtf8 } from "node:buffer";
import PostalMime from "postal-mime";
import { decodeBody, decodeUtf7, effectiveCharset, type TransferEncoding, transferEncoding } from "./body-decoder.ts";

/** The parts of postal-mime 4.0.0's tree that are used here; its own types leave them out. */
interface StructuredValue {
  value: string;
  params: Record<string, string>;
}
interface PostalNode {
  state: "header" | "body" | "finished";
  depth: number;
  childNodes: PostalNode[];
  headers: { key: string; value: string }[];
  contentType: { parsed: StructuredValue; multipart: string | false };
  contentDisposition: { parsed: StructuredValue };
  contentId?: string;
  content: ArrayBuffer | Uint8Array | null;
  contentDecoder: { update(line: Uint8Array): void; finalize(): Promise<ArrayBuffer> } | null;
  setupContentDecoder(name: string): void;
  feed(line: Uint8Array): void;
  getTextContent(): string;
}

export interface MimeLimits {
  parts: number;
  depth: number;
  headerBytes: number;
  headerLines: number;
}

/** One node of the MIME tree. `decode` gives the decoded bytes, `decodeText` the text of a text part. */
export interface MimePart {
  mediaType: string;
  params: Record<string, string>;
  disposition: string;
  dispositionParams: Record<string, string>;
  contentId: string;
  multipart: string | null;
  headers: { key: string; value: string }[];
  children: MimePart[];
  /** Bytes of the body as it lies in the message, encoded. */
  rawBytes: number;
  decode(): Uint8Array;
  decodeText(limitBytes: number): string;
}

export interface MimeTree {
  root: MimePart;
  /** Why the tree is not the whole message, in words; empty when it is. */
  problems: string[];
}

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;
const cp1252 = new TextDecoder("windows-1252");
const empty: Uint8Array<ArrayBuffer> = new Uint8Array(0);

/** Collects the lines of a body as blocks and decodes them when somebody asks. */
class LazyBody {
  readonly blocks: Uint8Array[] = [];
  readonly encoding: TransferEncoding;
  rawBytes = 0;

  constructor(encoding: TransferEncoding) {
    this.encoding = encoding;
  }

  update(block: Uint8Array): void {
    this.blocks.push(block);
    this.rawBytes += block.length + 1;
  }

  finalize(): Promise<ArrayBuffer> {
    return Promise.resolve(empty.buffer);
  }
}

/**
 * postal-mime with another loop around it. postal-mime awaits every line and sends every body through a Blob, which is two
 * thirds of its time in Node; here whole blocks between possible boundaries ("\n--") are handed over at once and bodies
 * are decoded lazily. Boundaries, headers, parameters and charsets stay postal-mime's; a test holds the two equal.
 */
class BlockParser extends PostalMime {
  declare root: PostalNode;
  declare currentNode: PostalNode;
  declare boundaries: { value: Uint8Array }[];
  declare processLine: (line: Uint8Array, isFinal: boolean) => Promise<void>;
  declare finalize: () => Promise<void>;
  readonly bodies = new Map<PostalNode, LazyBody>();
  readonly problems: string[] = [];
  readonly limits: MimeLimits;
  headerBytes = 0;
  headerLines = 0;
  parts = 0;

  constructor(limits: MimeLimits) {
    super({ maxNestingDepth: limits.depth + 2, maxHeadersSize: limits.headerBytes + 1_000_000 });
    this.limits = limits;
  }

  async read(bytes: Buffer): Promise<void> {
    let at = 0;
    while (at < bytes.length) {
      at = this.currentNode.state === "body" ? this.skipBody(bytes, at) : at;
      if (at >= bytes.length) break;
      const end = lineEnd(bytes, at);
      const line = trimCarriageReturns(bytes, at, end);
      if (line[0] === DASH && line[1] === DASH && this.isMaybeBoundary(line)) {
        const before = this.currentNode;
        await this.processLine(line, false);
        if (this.currentNode !== before && this.isOverLimit()) break;
      } else this.feedLine(line);
      at = end + 1;
    }
    await this.finalize();
  }

  /** Spares the await of postal-mime's own check where it cannot succeed. */
  private isMaybeBoundary(line: Uint8Array): boolean {
    return this.boundaries.some(({ value }) => {
      if (line.length < value.length + 2) return false;
      for (let at = 0; at < value.length; at += 1) if (line[at + 2] !== value[at]) return false;
      return true;
    });
  }

  /** Hands everything up to the next line that starts with "--" to the current body; returns where that line starts. */
  private skipBody(bytes: Buffer, at: number): number {
    if (bytes[at] === DASH && bytes[at + 1] === DASH) return at;
    const next = this.boundaries.length === 0 ? -1 : bytes.indexOf("\n--", at, "latin1");
    const end = next < 0 ? bytes.length : next;
    const last = next < 0 && bytes[end - 1] === LF ? end - 1 : end;
    this.currentNode.contentDecoder?.update(bytes.subarray(at, last));
    return end + (next < 0 ? 0 : 1);
  }

  private feedLine(line: Uint8Array): void {
    const node = this.currentNode;
    if (node.state === "header") {
      if (line.length === 0) {
        node.setupContentDecoder = (name) => {
          const body = new LazyBody(transferEncoding(name));
          node.contentDecoder = body;
          this.bodies.set(node, body);
        };
      } else if (!this.isRoomForHeader(line.length)) return;
    }
    // postal-mime reads headers as UTF-8 only; raw windows-1252 bytes would be lost.
    node.feed(node.state === "header" && !isUtf8(line) ? Buffer.from(cp1252.decode(line)) : line);
  }

  private isRoomForHeader(size: number): boolean {
    this.headerBytes += size;
    this.headerLines += 1;
    if (this.headerBytes <= this.limits.headerBytes && this.headerLines <= this.limits.headerLines) return true;
    if (this.problems.length === 0) this.problems.push("The header is too large; the rest of it was left out.");
    return false;
  }

  private isOverLimit(): boolean {
    this.parts += 1;
    if (this.parts <= this.limits.parts && this.currentNode.depth <= this.limits.depth) return false;
    this.problems.push("The message has too many parts; only the first ones were read.");
    return true;
  }
}

function lineEnd(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(LF, at);
  return end < 0 ? bytes.length : end;
}

function trimCarriageReturns(bytes: Buffer, start: number, end: number): Buffer {
  let last = end;
  while (last > start && bytes[last - 1] === CR) last -= 1;
  return bytes.subarray(start, last);
}

/**
 * Reads a message into a tree of parts. `bytes` is the raw message; bodies are views on it until they are decoded.
 * Contract: throws only when postal-mime itself refuses; time and memory are linear in the bytes, whatever they are.
 */
export async function parseMime(bytes: Uint8Array, limits: MimeLimits): Promise<MimeTree> {
  const parser = new BlockParser(limits);
  await parser.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return { root: toPart(parser.root, parser.bodies), problems: parser.problems };
}

function toPart(node: PostalNode, bodies: Map<PostalNode, LazyBody>): MimePart {
  const body = bodies.get(node);
  const { parsed, multipart } = node.contentType;
  return {
    mediaType: parsed.value,
    params: parsed.params,
    disposition: node.contentDisposition.parsed.value,
    dispositionParams: node.contentDisposition.parsed.params,
    contentId: node.contentId ?? "",
    multipart: multipart === false ? null : multipart.toLowerCase(),
    headers: node.headers,
    children: node.childNodes.map((child) => toPart(child, bodies)),
    rawBytes: body?.rawBytes ?? 0,
    decode: () => (body === undefined ? empty : decodeBody(body.blocks, body.encoding)),
    decodeText: (limitBytes) => (body === undefined ? "" : decodeText(node, body, limitBytes)),
  };
}

function decodeText(node: PostalNode, body: LazyBody, limitBytes: number): string {
  const bytes = decodeBody(firstBlocks(body.blocks, limitBytes), body.encoding);
  const { params } = node.contentType.parsed;
  const charset = effectiveCharset(params["charset"] ?? "", bytes);
  if (charset === "utf-7") return decodeUtf7(bytes);
  params["charset"] = charset;
  node.content = bytes;
  const text = node.getTextContent();
  node.content = null;
  return text;
}

function firstBlocks(blocks: Uint8Array[], limitBytes: number): Uint8Array[] {
  const kept: Uint8Array[] = [];
  let left = limitBytes;
  for (const block of blocks) {
    if (left <= 0) break;
    kept.push(block.length <= left ? block : block.subarray(0, left));
    left -= block.length;
  }
  return kept;
}
