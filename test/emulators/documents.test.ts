import { Buffer } from "node:buffer";
import fc from "fast-check";
import mammoth from "mammoth";
import PostalMime from "postal-mime";
import { extractText, getDocumentProxy } from "unpdf";
import { expect, it } from "vitest";
import { writeDocx, writePdf, writePng } from "../../src/emulators/world/documents.ts";
import { addressHeader, filePart, multipart, textHeader, textPart } from "../../src/emulators/world/mime.ts";

it("writes a PDF whose text another reader finds", async () => {
  const pdf = await getDocumentProxy(new Uint8Array(writePdf("Zuteilung des Kennzeichens B-KL 2207 (neu), Straße 4")));
  const { text } = await extractText(pdf, { mergePages: true });
  expect(text).toBe("Zuteilung des Kennzeichens B-KL 2207 (neu), Straße 4");
});

it("writes a Word document whose text another reader finds", async () => {
  const { value } = await mammoth.extractRawText({
    buffer: Buffer.from(writeDocx("Miete & Kosten\n1.695 < 1.700 Euro")),
  });
  expect(value.trim().split(/\n+/)).toEqual(["Miete & Kosten", "1.695 < 1.700 Euro"]);
});

it("writes a picture with a PNG's first and last bytes", () => {
  const bytes = Buffer.from(writePng());
  expect(bytes.subarray(1, 4).toString("latin1")).toBe("PNG");
  expect(bytes.subarray(-8, -4).toString("latin1")).toBe("IEND");
});

it("keeps any subject, name and text through MIME, in lines of at most 78 characters", async () => {
  const word = fc.string({
    unit: fc.constantFrom("a", "Z", "é", "ß", "ı", "日", "🥐", "=", "?", ".", " "),
    minLength: 1,
    maxLength: 120,
  });
  const clean = (text: string): string => text.replace(/\s+/g, " ").trim();
  await fc.assert(
    fc.asyncProperty(word, word, fc.boolean(), async (first, second, latin1) => {
      const subject = clean(first);
      const text = `${first}\n${second}`;
      const body = multipart("mixed", "edge", [
        textPart("text/plain", text, latin1),
        filePart("text/csv", "a.csv", Buffer.from(second)),
      ]);
      const headers = [
        textHeader("Subject", subject),
        addressHeader("From", [{ name: "Inès Moreau", email: "i@m.example" }]),
      ];
      const raw = `${[...headers, ...body.headers].join("\r\n")}\r\n\r\n${body.body}`;
      const mail = await PostalMime.parse(raw);
      expect(clean(mail.subject ?? "")).toBe(subject);
      expect(mail.from?.name).toBe("Inès Moreau");
      expect(mail.text?.replace(/\n$/, "")).toBe(text);
      expect(mail.attachments).toHaveLength(1);
      if (/[^ -~]/.test(subject)) for (const line of raw.split("\r\n")) expect(line.length).toBeLessThanOrEqual(78);
    }),
    { numRuns: 200 },
  );
});
