import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonScan } from "../../../src/formats/chat/json-scan.ts";
import { cutArray, mendEscapes } from "../../../src/formats/chat/telegram-json.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe("JsonScan", () => {
  it("cuts the same values whatever the chunks, and strict reading agrees", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 6 }), fc.integer({ min: 1, max: 9 }), (values, size) => {
        const bytes = new TextEncoder().encode(JSON.stringify({ a: { 'k"]': values } }, null, 1));
        const found: unknown[] = [];
        const handler = {
          wants: (path: readonly string[]) => path.length === 3,
          onValue: (_path: readonly string[], value: Uint8Array) => void found.push(JSON.parse(text(value))),
          onTooLarge: () => undefined,
        };
        const scan = new JsonScan(handler, { offset: 0, frames: [] }, 1_000_000);
        for (let at = 0; at < bytes.length; at += size) scan.write(bytes.subarray(at, at + size));
        expect(found).toEqual(JSON.parse(JSON.stringify(values)));
        expect([scan.ended, scan.isOpen, scan.broken]).toEqual([true, false, null]);
      }),
    );
  });

  it("gives up on a value over the limit and goes on behind it", () => {
    const found: string[] = [];
    const handler = {
      wants: (path: readonly string[]) => path.length === 1,
      onValue: (_path: readonly string[], value: Uint8Array) => void found.push(text(value)),
      onTooLarge: (_path: readonly string[], offset: number) => void found.push(`too large at ${offset}`),
    };
    const bytes = new TextEncoder().encode(`["a","${"b".repeat(100)}","c"]`);
    const scan = new JsonScan(handler, { offset: 0, frames: [] }, 50);
    for (let at = 0; at < bytes.length; at += 7) scan.write(bytes.subarray(at, at + 7));
    expect(found).toEqual(['"a"', "too large at 5", '"c"']);
  });

  it("stops at endless nesting and at brackets that do not match", () => {
    expect(cutArray(new TextEncoder().encode("[".repeat(100_000)))).toEqual([]);
    expect(cutArray(new TextEncoder().encode("[1}]")).map(text)).toEqual(["1"]);
  });

  it("mends hexadecimal escapes and leaves escaped backslashes alone", () => {
    expect(mendEscapes(String.raw`"\x0B \\x0B \\\x0B \n"`)).toBe(String.raw`"\u000B \\x0B \\\u000B \n"`);
  });
});
