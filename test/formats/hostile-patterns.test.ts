import { expect, test } from "vitest";
import type { RecordFormat } from "../../src/core/record.ts";
import { readWallTime } from "../../src/formats/calendar/wall-time.ts";
import { readBody } from "../../src/formats/chat/whatsapp-body.ts";
import { readBirthday } from "../../src/formats/contacts/to-contact-item.ts";
import { extractDocumentText } from "../../src/formats/documents/extract-text.ts";
import { MailHeaders, messageIds } from "../../src/formats/mail/mail-headers.ts";
import { mailParties } from "../../src/formats/mail/mail-parties.ts";
import { rtfToText } from "../../src/formats/mail/rtf-to-text.ts";
import { parseRecord } from "../../src/formats/parse-record.ts";

/** Enough that a pattern which costs the square of its text takes seconds, and one that is linear takes milliseconds. */
const count = 60_000;
const limitMs = 1_500;
const spaces = " ".repeat(count);
const plain = { marked: false, bracketed: false };

const parse = (format: RecordFormat, text: string): Promise<unknown> =>
  parseRecord({ format, externalId: "x", bytes: Buffer.from(text), hints: {}, locator: { path: "x", offset: null } });

const hostile: [string, () => unknown][] = [
  ["RTF of nothing but spaces", () => rtfToText(`{\\rtf1 a${spaces}b}`)],
  ["an address field of nothing but spaces", () => mailParties(new MailHeaders([{ key: "to", value: `${spaces}b` }]))],
  ["a References field of one endless word", () => messageIds("a".repeat(count * 4))],
  ["a chat message that is dots with a letter at the end", () => readBody(`${".".repeat(count)}x`, plain)],
  ["a chat message that is direction marks", () => readBody(`a${"\u200e".repeat(count)}x`, plain)],
  ["a phone number that is semicolons", () => parse("vcard", `BEGIN:VCARD\nTEL:${";".repeat(count)}\\nx\nEND:VCARD`)],
  ["a birthday with endless white space", () => readBirthday(`20200101 ${spaces}\nx`)],
  ["a calendar's time with endless white space", () => readWallTime(`20260301T100000${spaces}x`)],
  ["a heading with a gap before its last letter", () => parse("markdown", `# a${" ".repeat(4_000)}b`)],
  [
    "a PDF of nothing but the beginnings of streams",
    () => extractDocumentText(Buffer.from(`%PDF-${"stream ".repeat(count * 2)}`), "application/pdf", "a.pdf"),
  ],
];

test.each(hostile)("%s costs no more than its length", async (_name, read) => {
  const began = performance.now();
  await read();
  expect(performance.now() - began).toBeLessThan(limitMs);
});

test("what the bounded patterns read stays what it was", async () => {
  expect(readBirthday(" 1990-03-07T00:00:00Z ")).toBe("1990-03-07");
  expect(readWallTime(" 20260301T100000Z ")).toMatchObject({ utc: true, dateOnly: false });
  expect(messageIds("<a@b> c@d, (e@f)")).toEqual(["a@b", "c@d", "e@f"]);
  expect(readBody("\u200eWell…\u200e\nYes.", plain)).toMatchObject({ kind: "message", text: "Well…\nYes." });
  expect(rtfToText("{\\rtf1 one  \\par two}")).toBe("one\ntwo");
});
