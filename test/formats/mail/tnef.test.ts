import { expect, test } from "vitest";
import { rtfToText } from "../../../src/formats/mail/rtf-to-text.ts";
import { parseTnef } from "../../../src/formats/mail/tnef.ts";
import { cpuMs } from "../../support/cpu-time.ts";

const signature = [0x78, 0x9f, 0x3e, 0x22, 1, 0];

function attribute(level: number, id: number, value: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt8(level, 0);
  head.writeUInt16LE(id, 1);
  head.writeUInt32LE(value.length, 5);
  return Buffer.concat([head, value, Buffer.alloc(2)]);
}

const file = (name: string, text: string): Buffer[] => [
  attribute(2, 0x9002, Buffer.alloc(14)),
  attribute(2, 0x8010, Buffer.from(`${name}\0`)),
  attribute(2, 0x800f, Buffer.from(text)),
];
const tnef = (...parts: Buffer[]): Uint8Array => new Uint8Array(Buffer.concat([Buffer.from(signature), ...parts]));

test("a winmail.dat gives its text and its files", () => {
  const read = parseTnef(
    tnef(attribute(1, 0x800c, Buffer.from("Hello\0")), ...file("a.txt", "one"), ...file("b.txt", "two")),
  );
  expect([read.text, read.problems]).toEqual(["Hello", []]);
  expect(read.attachments.map((one) => [one.name, Buffer.from(one.bytes).toString()])).toEqual([
    ["a.txt", "one"],
    ["b.txt", "two"],
  ]);
});

test("a cut or wrong one is a problem and gives what is there", () => {
  const whole = tnef(...file("a.txt", "one"), ...file("b.txt", "two"));
  const cut = parseTnef(whole.subarray(0, whole.length - 4));
  expect([cut.attachments.length, cut.problems.length]).toEqual([2, 1]);
  expect(parseTnef(new Uint8Array([1, 2, 3])).problems).toHaveLength(1);
});

test("lengths that lie are bounded", async () => {
  const properties = Buffer.alloc(64, 0xff);
  expect(
    await cpuMs(() => parseTnef(tnef(...Array.from({ length: 5_000 }, () => attribute(1, 0x9003, properties))))),
  ).toBeLessThan(1_000);
});

test("RTF becomes lines of text without fonts and pictures", () => {
  expect(rtfToText("{\\rtf1{\\fonttbl{\\f0 Arial;}}\\f0 Gr\\'fc\\'dfe\\par \\u8364?5{\\*\\generator x;}\\par}")).toBe(
    "Grüße\n€5",
  );
});
