import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readPublicUrl } from "../../src/core/public-url.ts";

const vectors = join(import.meta.dirname, "..", "..", "..", "shared", "data", "security", "ssrf_urls.json");
const vectorFile = z.object({ rows: z.array(z.object({ url: z.string(), class: z.string(), expect: z.string() })) });

describe("a link the owner is to open", () => {
  test.skipIf(!existsSync(vectors))("is refused and let through as the vectors say (skipped without them)", () => {
    const { rows } = vectorFile.parse(JSON.parse(readFileSync(vectors, "utf8")));
    const wrong = rows.filter((row) => "reason" in readPublicUrl(row.url) !== (row.expect === "refuse"));
    expect(wrong).toEqual([]);
    expect(rows.length).toBeGreaterThan(50);
  });

  test.each([
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://[::ffff:7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[fd12::1]/",
    "http://[2001:db8::1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://192.168.1.1/",
    "http://172.31.255.255/",
    "http://intranet/",
    "http://LOCALHOST./",
    "http://nas.lan/",
    "http://a..b/",
  ])("into this computer or its network is refused: %s", (url) => {
    expect(readPublicUrl(url)).toHaveProperty("reason");
  });

  test.each([
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "file:///etc/passwd",
    "data:text/html,x",
    "mailto:a@b.example",
    "https://bank.example:pw@evil.example/",
    "https://bank.example@evil.example/",
    "https://bank.example/\u202etxt",
    "https://bank.example/a\u200bb",
    "https://bank.example/a b",
    `https://bank.example/${"x".repeat(5_000)}`,
    "",
    "portal",
  ])("that is none, or hides something, is refused: %j", (url) => {
    expect(readPublicUrl(url)).toHaveProperty("reason");
  });

  test.each([
    ["https://Portal.Example/login?x=1#y", "https://portal.example/login?x=1#y", "portal.example"],
    ["https://müller.example/", "https://xn--mller-kva.example/", "xn--mller-kva.example"],
    ["http://172.32.0.1/", "http://172.32.0.1/", "172.32.0.1"],
    ["https://[2606:4700:4700::1111]/", "https://[2606:4700:4700::1111]/", "[2606:4700:4700::1111]"],
    ["https://127.0.0.1.example.com/", "https://127.0.0.1.example.com/", "127.0.0.1.example.com"],
  ])("to a public host is given in its parsed form: %s", (url, href, host) => {
    expect(readPublicUrl(url)).toEqual({ href, host });
  });

  test("is read without throwing, and its parsed form reads the same", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), (text) => {
        const read = readPublicUrl(text);
        if ("href" in read) expect(readPublicUrl(read.href)).toEqual(read);
      }),
      { numRuns: 300 },
    );
  });
});
