// Holds R16, R86.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { composeMail } from "../../../../connectors/gmail/compose-mail.ts";
import { decodeMail } from "../../../../connectors/gmail/decode-mail.ts";
import {
  type Mailbox,
  type OutgoingMail,
  outgoingMail,
  toHeaderText,
} from "../../../../connectors/gmail/outgoing-mail.ts";
import { readMailbox, readMailboxes, toName } from "../../../../connectors/gmail/read-mailboxes.ts";
import type { KeptFile } from "../../../../src/core/action.ts";
import { sha256Hex } from "../../../../src/core/canonical.ts";

const key = "0123456789abcdef0123456789abcdef";
const clara: Mailbox = { name: "Clara Weiß", address: "clara@weiss.example" };

function mailOf(more: Partial<OutgoingMail> = {}): OutgoingMail {
  return {
    from: clara,
    to: [{ name: "Paul Adler", address: "paul@adler.example" }],
    cc: [],
    bcc: [],
    subject: "Re: Tuesday",
    text: "Yes, 14:00 is fine.\n\nClara",
    attachments: [],
    threadId: null,
    inReplyTo: null,
    references: [],
    thread: null,
    restsOn: null,
    composedAt: "2026-11-14T08:12:00.000Z",
    ...more,
  };
}

function fileOf(name: string, bytes: Uint8Array, mediaType = "application/pdf"): KeptFile {
  return { sha256: sha256Hex(bytes), name, mediaType, bytes };
}

function attached(files: readonly KeptFile[]): OutgoingMail["attachments"] {
  return files.map(({ sha256, name, mediaType, bytes }) => ({ sha256, name, mediaType, sizeBytes: bytes.byteLength }));
}

async function roundTrip(mail: OutgoingMail, files: readonly KeptFile[] = []) {
  outgoingMail.parse(mail);
  return await decodeMail(await composeMail(mail, files, key), { strict: true });
}

function carried({ from, to, cc, bcc, subject, text, attachments, inReplyTo, references }: OutgoingMail) {
  return { from, to, cc, bcc, subject, text, attachments, inReplyTo, references, key };
}

const address = fc
  .tuple(fc.stringMatching(/^[a-z0-9][a-z0-9.+_-]{0,20}$/), fc.stringMatching(/^[a-z0-9-]{1,20}\.[a-z]{2,6}$/))
  .map(([local, host]) => `${local.replace(/\.+/g, ".").replace(/\.$/, "")}@${host}`);
const anyText = fc.oneof(
  fc.string({ maxLength: 120 }),
  fc.string({ unit: "grapheme", maxLength: 80 }),
  fc.string({ unit: "binary", maxLength: 60 }),
);
const name = anyText.map(toName);
const mailbox = fc.record({ name, address });
const mailboxes = (max: number) => fc.uniqueArray(mailbox, { maxLength: max, selector: (one) => one.address });
const body = anyText
  .map((text) =>
    text
      .toWellFormed()
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f\ufeff]/g, "")
      .replace(/\n+$/, ""),
  )
  .filter((text) => text !== "");
const id = fc.stringMatching(/^<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,60}@[A-Za-z0-9.-]{1,40}>$/);
const file = fc
  .tuple(
    anyText.map((text) => toHeaderText(text, 120)).filter((text) => text !== ""),
    fc.uint8Array({ maxLength: 300 }),
  )
  .map(([called, bytes]) => fileOf(called, bytes));

describe("a composed mail", () => {
  it("reads back as what was approved, by another parser, whatever stands in it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          from: mailbox,
          to: mailboxes(4),
          cc: mailboxes(3),
          bcc: mailboxes(1),
          subject: anyText.map((text) => toHeaderText(text, 300)),
          text: body,
          inReplyTo: fc.option(id),
          references: fc.uniqueArray(id, { maxLength: 12 }),
          files: fc.array(file, { maxLength: 2 }),
        }),
        async ({ files, ...more }) => {
          fc.pre(more.to.length + more.cc.length > 0);
          const mail = mailOf({ ...more, attachments: attached(files) });
          expect(await roundTrip(mail, files)).toEqual(carried(mail));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is the same bytes each time, and others for another key or another word", async () => {
    const mail = mailOf({ attachments: attached([fileOf("a.pdf", new Uint8Array([1, 2]))]) });
    const compose = (one: OutgoingMail, with_ = key) =>
      composeMail(one, [fileOf("a.pdf", new Uint8Array([1, 2]))], with_).then((bytes) => sha256Hex(bytes));
    expect(await compose(mail)).toBe(await compose(structuredClone(mail)));
    expect(await compose(mail)).not.toBe(await compose({ ...mail, text: `${mail.text}.` }));
    expect(await compose(mail)).not.toBe(await compose(mail, key.replaceAll("0", "f")));
  });

  it("is plain text in UTF-8, without a remote load, a date of its own, or a line over 998", async () => {
    const references = Array.from({ length: 60 }, (_, n) => `<${"r".repeat(60)}${n}@mail.example>`);
    const mail = mailOf({ text: `<img src="https://evil.example/x.png">\n${"ü".repeat(3000)}`, references });
    const text = Buffer.from(await composeMail(mail, [], key)).toString("latin1");
    expect(text).toContain("Content-Type: text/plain; charset=utf-8");
    expect(text).not.toMatch(/text\/html|^Date:/im);
    expect(Math.max(...text.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(998);
    expect(await roundTrip(mail)).toEqual(carried(mail));
  });

  it("takes no file but the approved one", async () => {
    const mail = mailOf({ attachments: attached([fileOf("a.pdf", new Uint8Array([1]))]) });
    await expect(composeMail(mail, [fileOf("a.pdf", new Uint8Array([2]))], key)).rejects.toMatchObject({
      code: "internal",
    });
    await expect(composeMail(mail, [], key)).rejects.toMatchObject({ code: "internal" });
  });
});

describe("what a mail may hold", () => {
  it("lets no line break or control character into a header", () => {
    const injections = ["a\r\nBcc: evil@z.example", "a\nb", "a\rb", "a\u0000b", "a\u2028b", "a\u0085b", "\u007f"];
    for (const bad of injections) {
      expect(outgoingMail.safeParse(mailOf({ subject: bad })).success, JSON.stringify(bad)).toBe(false);
      expect(outgoingMail.safeParse(mailOf({ to: [{ name: bad, address: "a@b.example" }] })).success).toBe(false);
      expect(outgoingMail.safeParse(mailOf({ to: [{ name: "", address: `a@b.example${bad}` }] })).success).toBe(false);
      expect(outgoingMail.safeParse(mailOf({ inReplyTo: `<a@b${bad}>` })).success).toBe(false);
      expect(() => readMailbox(`Paul <paul@adler.example>${bad}`)).toThrow("one e-mail address");
      expect(() => readMailbox(`${bad} <paul@adler.example>`)).toThrow("one e-mail address");
      const file = { sha256: "0".repeat(64), name: bad, mediaType: "application/pdf", sizeBytes: 1 };
      expect(outgoingMail.safeParse(mailOf({ attachments: [file] })).success).toBe(false);
    }
  });

  it("takes exactly one mailbox for one recipient", () => {
    expect(readMailbox('"Adler, Paul" <Paul@Adler.example>')).toEqual({
      name: "Adler, Paul",
      address: "paul@adler.example",
    });
    expect(readMailbox("paul@bücher.example").address).toBe("paul@xn--bcher-kva.example");
    const wrong = [
      "a@b.example, c@d.example",
      "a@b.example c@d.example",
      "a@b.example;c@d.example",
      "Group: a@b.example;",
      "<a@b.example> <c@d.example>",
      "boss@x.example <evil@z.example>",
      "a@b",
      "a@@b.example",
      "a@b..example",
      "@b.example",
      "paul",
      "",
      "ü@b.example",
      '"a b"@c.example',
      "a@[127.0.0.1]",
    ];
    for (const text of wrong) expect(() => readMailbox(text), text).toThrow("one e-mail address");
  });

  it("refuses more than 25 MB after encoding, nobody at all, and 501 recipients", () => {
    const file = { sha256: "0".repeat(64), name: "a", mediaType: "application/pdf", sizeBytes: 18_248_175 };
    expect(outgoingMail.safeParse(mailOf({ attachments: [file] })).success).toBe(true);
    expect(outgoingMail.safeParse(mailOf({ attachments: [{ ...file, sizeBytes: 18_248_176 }] })).success).toBe(false);
    expect(outgoingMail.safeParse(mailOf({ to: [] })).success).toBe(false);
    const many = Array.from({ length: 501 }, (_, n) => ({ name: "", address: `a${n}@b.example` }));
    expect(outgoingMail.safeParse(mailOf({ to: many })).success).toBe(false);
  });
});

describe("reading a mail back", () => {
  const text = async (): Promise<string> => Buffer.from(await composeMail(mailOf(), [], key)).toString("latin1");
  const decode = (changed: string, strict = true) => decodeMail(Buffer.from(changed, "latin1"), { strict });

  it("sees a recipient that was added", async () => {
    const changed = (await text()).replace(/^To:/m, "Bcc: evil@z.example\r\nTo:");
    expect((await decode(changed)).bcc).toEqual([{ name: "", address: "evil@z.example" }]);
  });

  it("refuses fields that steward does not write, and a field twice", async () => {
    for (const field of [
      "Reply-To: evil@z.example",
      "Sender: evil@z.example",
      "X-Other: 1",
      "To: evil@z.example",
      "Resent-To: a@b.c",
    ]) {
      const changed = `${field}\r\n${await text()}`;
      await expect(decode(changed), field).rejects.toMatchObject({ code: "no_permission" });
    }
  });

  it("refuses another body: HTML, an alternative, a file shown inline", async () => {
    const html = (await text()).replace("text/plain", "text/html");
    await expect(decode(html)).rejects.toMatchObject({ code: "no_permission" });
    const alternative = [
      `From: ${clara.address}`,
      "To: a@b.example",
      "MIME-Version: 1.0",
      "Content-Type: multipart/alternative; boundary=x",
      "",
      "--x",
      "Content-Type: text/plain",
      "",
      "one",
      "--x",
      "Content-Type: text/html",
      "",
      "<b>two</b>",
      "--x--",
    ].join("\r\n");
    for (const strict of [true, false]) {
      await expect(decode(alternative, strict)).rejects.toMatchObject({ code: "no_permission" });
      await expect(decode(alternative.replace("alternative", "mixed"), strict)).rejects.toMatchObject({
        code: "no_permission",
      });
    }
  });

  it("takes what a mail service adds on the way, but nothing that steers", async () => {
    const received = `Received: from x by y\r\nDate: Sat, 14 Nov 2026 08:12:00 +0000\r\n${await text()}`;
    expect((await decode(received, false)).text).toBe(mailOf().text);
    await expect(decode(`Reply-To: evil@z.example\r\n${received}`, false)).rejects.toMatchObject({
      code: "no_permission",
    });
  });

  it("opens groups and takes each address once", () => {
    expect(
      readMailboxes("Team: a@b.example, B <b@b.example>; A <A@B.example>, nonsense").map((one) => one.address),
    ).toEqual(["a@b.example", "b@b.example"]);
  });
});
