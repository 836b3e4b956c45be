import { describe, expect, it } from "vitest";
import { z } from "zod";
import { findInvisible, longestBlank } from "../../../approvals/gate/find-invisible.ts";
import { outgoingOf } from "../../../approvals/gate/outgoing.ts";
import { blankPreview } from "../../../src/core/action.ts";
import { findLinks, loadsRemote } from "../../../src/core/find-links.ts";
import { securityFile } from "./security-data.ts";

describe("links", () => {
  it("are found with and without a scheme, without the sentence around them", () => {
    const hosts = findLinks("See (https://lumen.example/a_(b)), www.vega.example or lumen.com/x. And a@mail.com.").map(
      (link) => link.host + link.rest,
    );
    expect(hosts).toEqual(["lumen.example/a_(b)", "www.vega.example", "lumen.com/x"]);
  });

  it("are not seen in file names, versions and abbreviations", () => {
    expect(findLinks("notes.md, v1.2/3, e.g./i.e., src/main.ts and 12.11.2026/13")).toEqual([]);
  });

  it("to this machine, its network and files are local, however they are written", () => {
    const local = [
      "http://127.1/x",
      "http://0x7f000001/",
      "http://2130706433/",
      "http://[::1]:8787/",
      "http://[::ffff:10.0.0.1]/",
      "http://printer/",
      "http://nas.local/",
      "http://192.168.178.1.nip.io/",
      "file:///etc/passwd",
    ];
    for (const url of local) expect(findLinks(`go to ${url} now`)[0]?.local, url).toBe(true);
    expect(findLinks("https://lumen.example/")[0]?.local).toBe(false);
  });

  it("that load by being shown are told apart", () => {
    expect(loadsRemote("![logo](https://px.lumen.example/a.png?q=1)")).toBe(true);
    expect(loadsRemote("![a][r]\n\n[r]: https://px.lumen.example/b.png")).toBe(true);
    expect(loadsRemote('<img src="https://px.lumen.example/a">')).toBe(true);
    expect(loadsRemote("[read](https://lumen.example/) and https://vega.example/x.png")).toBe(false);
  });
});

describe("invisible characters", () => {
  it("are counted by their names, the deceiving ones told apart", () => {
    expect(findInvisible("invoice_\u202efdp.exe")).toEqual({ count: 1, codes: ["U+202E"], deceives: true });
    expect(findInvisible("pay 10\u20600 EUR")).toMatchObject({ count: 1, deceives: false });
    expect(findInvisible("hello\u{e0068}\u{e0069}").deceives).toBe(true);
  });

  it("that people write are none", () => {
    for (const text of ["می‌خواهم", "क्‍ष", "👩‍👩‍👧 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "שלום\u200f!", "Donau­dampf", "\ufeffHi", "café"])
      expect(findInvisible(text).count, text).toBe(0);
  });

  it("hide nothing below a long blank unseen", () => {
    expect(longestBlank(`a${"\n".repeat(31)}b`).lines).toBe(30);
    expect(longestBlank("a\n\nb\n\n\nc").lines).toBe(0);
    expect(longestBlank(`a${" ".repeat(80)}b`).spaces).toBe(80);
  });
});

const unicodeSchema = z.object({ groups: z.array(z.object({ group: z.string(), codepoints: z.array(z.string()) })) });
const unicode = securityFile("unicode.json");
const markup = securityFile("markup.json");
const ssrf = securityFile("ssrf_urls.json");

describe("the shared vectors", () => {
  it.skipIf(unicode === null)(
    "of characters are all seen between Latin letters (skipped without the shared data)",
    () => {
      const missed: string[] = [];
      for (const { group, codepoints } of unicodeSchema.parse(unicode).groups) {
        if (group.startsWith("spaces")) continue;
        for (const range of codepoints) {
          const [first = "", last = first] = (range.split(" ")[0] ?? "").split("..");
          for (let code = Number.parseInt(first, 16); code <= Number.parseInt(last, 16); code += 1) {
            if (code === 9 || code === 10) continue;
            // Within a word a soft hyphen is typography; before a digit it is not.
            if (findInvisible(`a${String.fromCodePoint(code)}1`).count === 0) missed.push(code.toString(16));
          }
        }
      }
      expect(missed).toEqual([]);
    },
  );

  it.skipIf(markup === null)(
    "of markup that would load something are all seen (skipped without the shared data)",
    () => {
      const { strings } = z.object({ strings: z.array(z.string()) }).parse(markup);
      const missed = strings.filter(
        (one) => /!\[.*\]|<(?:img|script|svg|iframe|embed|link|video|audio)\b.*\/\//.test(one) && !loadsRemote(one),
      );
      console.log(`markup.json: ${missed.length} of ${strings.length} missed`, missed);
      expect(missed.length).toBeLessThanOrEqual(1);
    },
  );

  it.skipIf(ssrf === null)("of local addresses are seen as local (skipped without the shared data)", () => {
    const schema = z.object({ rows: z.array(z.object({ url: z.string(), class: z.string(), expect: z.string() })) });
    const { rows } = schema.parse(ssrf);
    const local = rows.filter(
      (row) => row.expect === "refuse" && /loop|private|link|local|file|metadata|cgnat|ula|mapped/.test(row.class),
    );
    const missed = local.filter(({ url }) => !findLinks(`see ${url} there`).some((link) => link.local));
    console.log(
      `ssrf_urls.json: ${local.length - missed.length} of ${local.length} seen as local; missed:`,
      missed.map((row) => `${row.class} ${row.url}`),
    );
    expect(missed.length / local.length).toBeLessThanOrEqual(0.1);
  });
});

describe("a message that is handed to an app", () => {
  it("is looked at as text, and its link to the app is none that leaves", () => {
    const content = { action: "handoff.whatsapp", account: "", tier: "draft" as const, input: {}, expiresAt: "" };
    const preview = (url: string) => ({
      ...blankPreview,
      title: "WhatsApp to Inès",
      text: "Done.",
      handOff: { url, steps: [{ title: "Press send", url, values: [] }] },
    });
    const whole = (url: string) => outgoingOf(content, preview(url), new Set()).whole;
    expect(whole("https://wa.me/33199001234?text=Done.")).not.toContain("wa.me");
    expect(whole("https://wa.me/33199001234?text=Done.")).toContain("Done.");
    expect(whole("https://wa.me.evil.example/3319?text=x")).toContain("evil.example");
    expect(whole("https://portal.example/x?d=1")).toContain("portal.example");
  });
});
