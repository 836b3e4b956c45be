import { deflateRawSync, deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ZipFile } from "yazl";
import type { DraftItem } from "../../../src/core/item.ts";
import type { ParsedRecord, RawRecord, RecordHints } from "../../../src/core/record.ts";
import { rawText } from "../../../src/core/untrusted.ts";
import { extractDocumentText } from "../../../src/formats/documents/extract-text.ts";
import { parseCsvDocument } from "../../../src/formats/documents/parse-csv-document.ts";
import { parseDocx } from "../../../src/formats/documents/parse-docx.ts";
import { parseHtmlDocument } from "../../../src/formats/documents/parse-html-document.ts";
import { parseMarkdown } from "../../../src/formats/documents/parse-markdown.ts";
import { parsePdf } from "../../../src/formats/documents/parse-pdf.ts";
import { parseText } from "../../../src/formats/documents/parse-text.ts";
import { readFrontMatter } from "../../../src/formats/documents/read-front-matter.ts";

const modifiedAt = "2026-07-01T10:00:00.000Z";
function record(
  content: string | Uint8Array,
  name = "notes/Car papers.md",
  hints: RecordHints = { modifiedAt },
): RawRecord {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return { format: "markdown", externalId: name, bytes, hints, locator: { path: `/drive/${name}`, offset: null } };
}

function only({ items }: ParsedRecord): DraftItem {
  const [item] = items;
  if (item === undefined || items.length > 1) throw new Error(`expected one document, got ${items.length}`);
  return item;
}

/** A PDF with one page per text; `stream` gives the page's content stream its bytes. */
function pdfOf(
  pages: string[],
  stream = (text: string): Buffer => Buffer.from(`BT /F1 12 Tf 50 700 Td (${text}) Tj ET`),
  filter = "",
): Buffer {
  const objects: Buffer[] = [];
  const kids = pages.map((_, index) => `${4 + index * 2} 0 R`).join(" ");
  objects.push(
    Buffer.from("<< /Type /Catalog /Pages 2 0 R >>"),
    Buffer.from(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`),
  );
  objects.push(Buffer.from("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"));
  for (const [index, text] of pages.entries()) {
    const content = stream(text);
    objects.push(
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents ${5 + index * 2} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      ),
    );
    objects.push(
      Buffer.concat([
        Buffer.from(`<< /Length ${content.length} ${filter} >>\nstream\n`),
        content,
        Buffer.from("\nendstream"),
      ]),
    );
  }
  const parts: Buffer[] = [Buffer.from("%PDF-1.4\n")];
  const offsets: number[] = [];
  for (const [index, object] of objects.entries()) {
    offsets.push(Buffer.concat(parts).length);
    parts.push(Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from("\nendobj\n"));
  }
  const start = Buffer.concat(parts).length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

async function docxOf(body: string | Buffer): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(
    Buffer.from(
      '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    ),
    "[Content_Types].xml",
  );
  zip.addBuffer(
    Buffer.from(
      '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    ),
    "_rels/.rels",
  );
  const xml =
    typeof body === "string"
      ? Buffer.from(
          `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>${body}</w:t></w:r></w:p></w:body></w:document>`,
        )
      : body;
  zip.addBuffer(xml, "word/document.xml");
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

describe("parseMarkdown", () => {
  test("takes the title from the front matter, then the first heading, then the file's name", async () => {
    const title = async (text: string): Promise<unknown> => only(await parseMarkdown(record(text))).subject;
    expect(await title("---\ntitle: The car\n---\n# Other\n")).toBe("The car");
    expect(await title("intro\n\n## *Heading* one ##\n# Two")).toBe("Heading one");
    expect(await title("Heading\n=======\n\n# Two")).toBe("Heading");
    expect(await title("```\n# not this\n```\ntext")).toBe("Car papers");
  });

  test("is a document of the drive with its path as thread, dated by the file", async () => {
    const item = only(await parseMarkdown(record("---\ntags: [car, papers]\n---\nplate NT 914")));
    expect(item).toMatchObject({
      kind: "document",
      channel: "drive",
      externalId: "notes/Car papers.md",
      threadKeys: ["file:/drive/notes/Car papers.md"],
      sentAt: modifiedAt,
      labels: ["car", "papers"],
      partial: false,
      providerId: null,
    });
    expect(rawText(item.text)).toContain("plate NT 914");
  });

  test("belongs to Notion when the source says so", async () => {
    const hints = { format: { app: "notion", pageId: "0".repeat(32) }, title: "Trip" };
    expect(only(await parseMarkdown(record("text", "x.md", hints)))).toMatchObject({
      channel: "notion",
      providerId: `notion:${"0".repeat(32)}`,
      subject: "Trip",
    });
  });

  test("keeps at most 200 KB of text and says that it was cut", async () => {
    const item = only(await parseText(record("x".repeat(300_000))));
    expect([rawText(item.text).length, item.partial]).toEqual([200_000, true]);
  });

  test("two documents without text stay two", async () => {
    const [one, two] = await Promise.all(["a", "b"].map((name) => parsePdf(record(`%PDF-${name}`, "scan.pdf"))));
    if (one === undefined || two === undefined) throw new Error("nothing parsed");
    expect(only(one).fingerprint).not.toBe(only(two).fingerprint);
  });
});

describe("readFrontMatter", () => {
  test("reads plain YAML between dashes and leaves the rest", () => {
    expect(readFrontMatter("---\ntitle: x\nlist: [1, 2]\n---\nbody\n")).toEqual({
      data: { title: "x", list: [1, 2] },
      body: "body\n",
      problem: null,
    });
    expect(readFrontMatter("no\n---\n").data).toBeNull();
    expect(readFrontMatter("---\nnever closed").data).toBeNull();
  });

  test.each([
    ["another language", "---js\ntitle: 1\n---\n"],
    ["a custom tag", "---\na: !!js/function 'function () {}'\n---\n"],
    [
      "an alias bomb",
      `---\na: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
        .split("")
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghi"[index]}`).join(",")}]`)
        .join("\n")}\n---\n`,
    ],
    ["a list that nests for ever", `---\n${"[".repeat(30_000)}\n---\n`],
    ["a list", "---\n- a\n---\n"],
  ])("does not take %s for front matter", (_, text) => {
    const before = performance.now();
    expect(readFrontMatter(`${text}body`)).toMatchObject({ data: null, body: `${text}body` });
    expect(performance.now() - before).toBeLessThan(3000);
  });

  test("a key called __proto__ changes no object", () => {
    readFrontMatter("---\n__proto__:\n  polluted: yes\n---\n");
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});

describe("other documents", () => {
  test("a table keeps the words of a quoted cell together", async () => {
    const item = only(await parseCsvDocument(record('\ufeffname,note\nAna,"one\ntwo"\n', "t.csv")));
    expect(item).toMatchObject({ subject: "t", text: "name | note\nAna | one two" });
  });

  test("a page gives what a person would see, and its hidden text apart", async () => {
    const item = only(
      await parseHtmlDocument(
        record(
          '<title>Bill &amp; more</title><p>seen</p><p style="display:none">unseen</p><script>x()</script>',
          "p.html",
        ),
      ),
    );
    expect(item).toMatchObject({ subject: "Bill & more", text: "seen" });
    expect(rawText(item.hiddenText)).toContain("unseen");
  });

  test("text in another encoding is guessed and says so", async () => {
    expect(only(await parseText(record(Buffer.from("caf\xe9", "latin1"), "a.txt")))).toMatchObject({
      text: "café",
      partial: true,
    });
    expect(only(await parseText(record(Buffer.from("\ufeffcafé", "utf16le"), "a.txt")))).toMatchObject({
      text: "café",
      partial: false,
    });
  });
});

describe("extractDocumentText", () => {
  test("reads the pages of a PDF, also compressed, and leaves the bytes alone", async () => {
    const bytes = pdfOf(["Invoice 4711", "Second page"]);
    const before = Buffer.from(bytes);
    expect(await extractDocumentText(bytes, "application/pdf", "a.pdf")).toEqual({
      text: "Invoice 4711\n\nSecond page",
      problem: null,
    });
    expect(bytes.equals(before)).toBe(true);
    const packed = pdfOf(
      ["Packed"],
      (text) => deflateSync(`BT /F1 12 Tf 50 700 Td (${text}) Tj ET`),
      "/Filter /FlateDecode",
    );
    expect((await extractDocumentText(packed, "application/octet-stream", "x.bin")).text).toBe("Packed");
    expect(only(await parsePdf(record(bytes, "a.pdf")))).toMatchObject({ subject: "a", partial: false });
  });

  test("says what is wrong with a PDF that has only pictures, is damaged, empty or locked", async () => {
    const problem = async (bytes: Uint8Array): Promise<string | null> =>
      (await extractDocumentText(bytes, "application/pdf", "a.pdf")).problem;
    expect(await problem(pdfOf([""], () => Buffer.from("q Q")))).toMatch(/only pictures/);
    expect(await problem(Buffer.from("%PDF-1.4 rubbish"))).toMatch(/damaged/);
    expect(await problem(new Uint8Array())).toMatch(/empty/);
    const key = "<28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A>";
    const locked = pdfOf(["x"])
      .toString("latin1")
      .replace(
        "/Root 1 0 R",
        `/Root 1 0 R /ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /O ${key} /U ${key} /P -4 >>`,
      );
    expect(await problem(Buffer.from(locked, "latin1"))).toMatch(/password/);
  });

  test("reads at most 200 pages, 200 KB of text and 20 MB", async () => {
    const many = await extractDocumentText(
      pdfOf(Array.from({ length: 203 }, (_, index) => `p${index}`)),
      "application/pdf",
      "a.pdf",
    );
    expect(many.problem).toMatch(/203 pages/);
    expect(many.text.endsWith("p199")).toBe(true);
    const long = await extractDocumentText(
      pdfOf(Array.from({ length: 30 }, () => "word ".repeat(4000))),
      "application/pdf",
      "a.pdf",
    );
    expect(long.text.length).toBeLessThan(300_000);
    expect((await extractDocumentText(new Uint8Array(20_000_001), "application/pdf", "a.pdf")).problem).toMatch(
      /over 20 MB/,
    );
  });

  test("does not unpack a PDF whose stream grows a thousandfold, once or twice packed", async () => {
    const bomb = deflateSync(Buffer.alloc(80_000_000, 32));
    for (const [packed, filter] of [
      [bomb, "/Filter /FlateDecode"],
      [deflateSync(bomb), "/Filter [/FlateDecode /FlateDecode]"],
    ] as const) {
      const before = performance.now();
      const { text, problem } = await extractDocumentText(
        pdfOf(["x"], () => packed, filter),
        "application/pdf",
        "a.pdf",
      );
      expect([text, problem]).toEqual(["", expect.stringMatching(/far more than its size/)]);
      expect(performance.now() - before).toBeLessThan(3000);
    }
  });

  test("reads a Word file", async () => {
    expect(await extractDocumentText(await docxOf("Lease &amp; terms"), "", "lease.docx")).toEqual({
      text: "Lease & terms",
      problem: null,
    });
    expect(only(await parseDocx(record(await docxOf("Lease"), "lease.docx")))).toMatchObject({
      subject: "lease",
      text: "Lease",
      partial: false,
    });
  });

  test("does not unpack a Word file that is a bomb, by its claims or in spite of them", async () => {
    const honest = await docxOf(Buffer.alloc(30_000_000, 32));
    expect((await extractDocumentText(honest, "", "a.docx")).problem).toMatch(/far more than its size/);
    const lying = Buffer.from(await docxOf(Buffer.alloc(900_000, 32)));
    const packed = deflateRawSync(Buffer.alloc(900_000, 32)).length;
    for (
      let at = lying.indexOf("PK\u0001\u0002", 0, "latin1");
      at >= 0;
      at = lying.indexOf("PK\u0001\u0002", at + 4, "latin1")
    ) {
      if (lying.readUInt32LE(at + 20) === packed) lying.writeUInt32LE(5000, at + 24);
    }
    expect((await extractDocumentText(lying, "", "a.docx")).problem).toMatch(/far more than its size/);
  });

  test("says what is wrong with a damaged, locked or empty Word file", async () => {
    const problem = async (bytes: Uint8Array): Promise<string | null> =>
      (await extractDocumentText(bytes, "", "a.docx")).problem;
    expect(await problem(Buffer.from("PK broken"))).toMatch(/damaged/);
    expect(await problem(Buffer.from([0xd0, 0xcf, 0x11, 0xe0]))).toMatch(/password/);
    expect(await problem(await docxOf(""))).toMatch(/no text/);
    expect(await problem(await docxOf(Buffer.from("<unclosed")))).not.toBeNull();
  });

  test("has nothing to say about other kinds", async () => {
    expect(await extractDocumentText(Buffer.from("x"), "image/png", "a.png")).toEqual({ text: "", problem: null });
  });

  test("never throws, whatever the bytes", async () => {
    const good = pdfOf(["Hello"]);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length - 1),
        fc.uint8Array({ maxLength: 20 }),
        fc.constantFrom("a.pdf", "a.docx"),
        async (at, junk, name) => {
          const broken = Buffer.from(good);
          broken.set(junk.subarray(0, good.length - at), at);
          expect(typeof (await extractDocumentText(broken, "", name)).text).toBe("string");
        },
      ),
      { numRuns: 40, seed: 8 },
    );
  });
});
