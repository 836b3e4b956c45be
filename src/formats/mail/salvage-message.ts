import { effectiveCharset } from "./body-decoder.ts";
import type { MimePart } from "./mime-parser.ts";

const headerLimit = 256_000;
const bodyLimit = 1_000_000;

/**
 * What can be had from a message that the MIME parser refuses: the header fields and everything below them as plain text.
 * Contract: pure, linear, never throws.
 */
export function salvageMessage(bytes: Uint8Array): MimePart {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headerLimit + bodyLimit));
  const gap = /\r?\n\r?\n/.exec(source.toString("latin1", 0, headerLimit));
  const headerEnd = gap?.index ?? Math.min(source.length, headerLimit);
  const bodyStart = gap === null ? headerEnd : gap.index + gap[0].length;
  const header = decode(source.subarray(0, headerEnd)).replace(/\r?\n[ \t]+/g, " ");
  const body = source.subarray(bodyStart, bodyStart + bodyLimit);
  const headers = header.split(/\r?\n/).flatMap((line) => {
    const colon = line.indexOf(":");
    return colon < 1 ? [] : [{ key: line.slice(0, colon).trim().toLowerCase(), value: line.slice(colon + 1).trim() }];
  });
  return {
    mediaType: "text/plain",
    params: {},
    disposition: "",
    dispositionParams: {},
    contentId: "",
    multipart: null,
    headers,
    children: [],
    rawBytes: body.length,
    decode: () => new Uint8Array(body),
    decodeText: () => decode(body),
  };
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder(effectiveCharset("", bytes)).decode(bytes);
}
