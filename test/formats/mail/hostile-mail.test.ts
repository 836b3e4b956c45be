import { describe, expect, test } from "vitest";
import type { DraftItem } from "../../../src/core/item.ts";
import { rawText } from "../../../src/core/untrusted.ts";
import { cpuMs } from "../../support/cpu-time.ts";
import { mailItem } from "../../support/parse-text.ts";

const head = "From: a@x.example\nSubject: Hostile\nDate: Fri, 20 Nov 2026 10:00:00 +0000\n";
const multipart = `${head}Content-Type: multipart/mixed; boundary=b\n\n`;
const count = 100_000;

const nestedParts = (depth: number): string => {
  const open = Array.from(
    { length: depth },
    (_, level) => `--b${level}\nContent-Type: multipart/mixed; boundary=b${level + 1}\n\n`,
  );
  return `${head}Content-Type: multipart/mixed; boundary=b0\n\n--b0\n\nfirst\n${open.join("")}`;
};

/** What must be survived in less than two seconds, and whether the item then says that it is partial. */
const cases: [string, () => string, { partial: boolean; text?: string }][] = [
  [
    "100,000 sibling parts",
    () => `${multipart}--b\n\nfirst\n${"--b\nContent-Type: text/html\n\nx\n".repeat(count)}`,
    { partial: true, text: "first" },
  ],
  [
    "100,000 sibling quoted-printable parts",
    () => `${multipart}--b\n\nfirst\n${"--b\nContent-Transfer-Encoding: quoted-printable\n\n=41\n".repeat(count)}`,
    { partial: true, text: "first" },
  ],
  ["100,000 nested parts", () => nestedParts(count), { partial: true, text: "first" }],
  ["100,000 headers", () => `${head}${"X-A: b\n".repeat(count)}\nbody`, { partial: true, text: "body" }],
  ["a header of 10 MB", () => `${head}X-A: ${"a".repeat(10_000_000)}\n\nbody`, { partial: true, text: "body" }],
  [
    "10 MB of addresses",
    () => `${head}To: ${"a@x.example, ".repeat(700_000)}\n\nbody`,
    { partial: true, text: "body" },
  ],
  ["900 KB of addresses", () => `${head}To: ${"<a@x.example>, ".repeat(60_000)}\n\nbody`, { partial: false }],
  [
    "a folded subject in 90,000 pieces",
    () => `${head}References: ${"<a@b>\n ".repeat(9_000)}\n\nbody`,
    { partial: false },
  ],
  ["100,000 encoded words", () => `${head}Subject: ${"=?utf-8?q?a?= ".repeat(60_000)}\n\nbody`, { partial: false }],
  [
    "nested messages",
    () => `${head}Content-Type: message/rfc822\n\n${"Content-Type: message/rfc822\n\n".repeat(50_000)}`,
    { partial: false },
  ],
  [
    "a message of 100,000 parts inside a message",
    () => `${head}Content-Type: message/rfc822\n\n${multipart}${"--b\n\nx\n".repeat(count)}`,
    { partial: false },
  ],
  ["lines of dashes", () => `${multipart}--b\n\n${"--\n".repeat(500_000)}`, { partial: false }],
  ["5 MB of open tags", () => `${head}Content-Type: text/html\n\n${"<div>".repeat(900_000)}`, { partial: true }],
  ["one line of 20 MB", () => `${head}\n${"a:".repeat(10_000_000)}`, { partial: true }],
  ["broken base64", () => `${head}Content-Transfer-Encoding: base64\n\n${"=A".repeat(1_500_000)}`, { partial: false }],
  ["nothing", () => "", { partial: true }],
  ["only NUL", () => "\0".repeat(1_000_000), { partial: true }],
];

describe("hostile mail is read in less than two seconds and never throws", () => {
  test.each(cases)("%s", async (_name, make, expected) => {
    const source = make();
    const items: DraftItem[] = [];
    const spentMs = await cpuMs(async () => items.push(await mailItem(source)));
    expect(spentMs).toBeLessThan(2_000);
    const [item] = items;
    if (item === undefined) throw new Error("no item");
    expect(item.partial).toBe(expected.partial);
    expect(item.problems.length > 0).toBe(expected.partial);
    if (expected.text !== undefined) expect(rawText(item.text).slice(0, 5)).toBe(expected.text);
  });

  test("a message over 32 MB gives its headers, structure and first text", async () => {
    const source = `${multipart}--b\n\nfirst\n--b\nContent-Disposition: attachment; filename=big.bin\nContent-Transfer-Encoding: base64\n\n${"QUJD".repeat(15)}\n`;
    const item = await mailItem(source + `${"QUJDQUJD".repeat(8)}\n`.repeat(560_000));
    expect([item.partial, rawText(item.text), item.attachments[0]?.sha256]).toEqual([true, "first", null]);
    expect(item.attachments.map((file) => rawText(file.name))).toEqual(["big.bin"]);
  });

  test("a beginning is marked as one", async () => {
    const item = await mailItem(`${head}\nfirst`, { truncatedFromBytes: 4_000_000_000 });
    expect([item.partial, rawText(item.text)]).toEqual([true, "first"]);
  });

  test("random bytes are read", async () => {
    let seed = 7;
    const bytes = new Uint8Array(200_000);
    for (let at = 0; at < bytes.length; at += 1) {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      bytes[at] = seed >> 16;
    }
    expect((await mailItem(bytes)).kind).toBe("message");
  });
});
