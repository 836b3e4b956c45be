import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeTypedstream } from "../../../src/formats/chat/typedstream.ts";
import { attributedBody } from "./attributed-body.ts";
import { chatData } from "./chat-data.ts";

describe("decodeTypedstream", () => {
  it.each([1, 32, 65, 126, 127, 128, 300, 70_000])("reads a text of %i bytes", (length) => {
    const text = "a".repeat(length);
    expect(decodeTypedstream(attributedBody(text))).toBe(text);
  });

  it("reads emoji, other scripts and UTF-16", () => {
    expect(decodeTypedstream(attributedBody("Olá 👨‍👩‍👧 ￼ 東京"))).toBe("Olá 👨‍👩‍👧 ￼ 東京");
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("héllo", "utf16le")]);
    expect(decodeTypedstream(attributedBody(wide))).toBe("héllo");
  });

  it("never throws and never reads beyond the end, whatever the bytes", () => {
    const whole = attributedBody("hello world");
    for (let end = 0; end < whole.length; end += 1) decodeTypedstream(whole.subarray(0, end));
    expect(decodeTypedstream(whole.subarray(0, whole.indexOf(0x77)))).toBeNull();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void decodeTypedstream(bytes)));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        decodeTypedstream(Buffer.concat([whole.subarray(0, 90), bytes]));
      }),
    );
  });
});

const blobs = chatData("imessage_real_blobs/streamtyped");
describe.skipIf(blobs === null)("real bodies (skipped where the material is not present)", () => {
  it("reads each of them", () => {
    const texts = readdirSync(blobs ?? "").map(
      (name) => decodeTypedstream(readFileSync(join(blobs ?? "", name)))?.length,
    );
    expect(texts).toEqual([10, 0]);
  });
});
