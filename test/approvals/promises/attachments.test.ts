// Holds R24, R29.
import { deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GateVerdict } from "../../../src/core/card.ts";
import { type MailDoor, MailLife } from "../../connectors/gmail/door/mail-door.ts";

const life = new MailLife();
let door: MailDoor;
beforeAll(async () => {
  await life.begin();
  door = await life.open();
}, 60_000);
afterAll(async () => {
  await door.close();
  life.end();
});

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

/** A zip of one file, its entry marked as encrypted or not. */
function zipOf(isEncrypted: boolean): Uint8Array {
  const data = deflateRawSync(Buffer.from("the plan"));
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(isEncrypted ? 1 : 0, 6);
  head.writeUInt16LE(8, 8);
  head.writeUInt32LE(data.length, 18);
  head.writeUInt16LE(8, 26);
  return new Uint8Array(Buffer.concat([head, Buffer.from("plan.txt"), data]));
}

/** Everything the card says of a mail to Paul with that file. */
async function attach(name: string, mediaType: string, bytes: Uint8Array) {
  const sha256 = await door.door.keep({ name, mediaType, bytes });
  const ask = { to: ["paul@adler.example"], subject: "Plan", text: "The plan.", attachments: [sha256] };
  const { view } = await door.propose("gmail.send_message", ask);
  const [file] = view.preview.files;
  if (file === undefined) throw new Error("no file is shown");
  return { file, sha256, verdict: view.verdict };
}

const levelOf = ({ warnings }: GateVerdict, code: string) =>
  warnings.filter((one) => one.code === code).map(({ level, text }) => `${level}: ${text}`);

describe("a file that would leave", () => {
  it("is shown by name, type, size and hash, and its text where it has one", async () => {
    const { file, sha256, verdict } = await attach("plan.txt", "text/plain", bytesOf("The whole plan."));
    expect(file).toEqual({ name: "plan.txt", mediaType: "text/plain", sizeBytes: 15, sha256, text: "The whole plan." });
    expect(levelOf(verdict, "unreadable_attachment")).toEqual([]);
  });

  it.each([
    ["an encrypted archive", "plan.zip", "application/zip", zipOf(true)],
    ["an archive nobody opened", "plan.zip", "application/zip", zipOf(false)],
    ["an encrypted document", "plan.pdf", "application/pdf", bytesOf("%PDF-1.7\ntrailer << /Encrypt 5 0 R >>")],
    [
      "a document nobody read",
      "plan.docx",
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      zipOf(false),
    ],
    ["bytes of no kind", "plan", "application/octet-stream", new Uint8Array([1, 2, 3])],
  ])("is never silently unread: %s is said, and takes more than a tap", async (_what, name, mediaType, bytes) => {
    const { file, verdict } = await attach(name, mediaType, bytes);
    expect(file.text).toBeNull();
    expect(levelOf(verdict, "unreadable_attachment")).toHaveLength(1);
    expect(["amber", "red"]).toContain(verdict.friction);
  });

  it.each([
    ["a program that is called a document", "plan.pdf", "application/pdf", bytesOf("MZ\u0090\u0000")],
    ["a page that is called a picture", "plan.png", "image/png", bytesOf("<html><script>1</script>")],
    ["a picture that is a page as well", "plan.html", "text/html", bytesOf("GIF89a/*<html>*/")],
    ["an archive that is called a document", "plan.pdf", "application/pdf", bytesOf("PK\u0003\u0004 and more")],
    ["two endings", "plan.pdf.exe", "application/octet-stream", bytesOf("%PDF-1.7")],
    ["a name that reads backwards", "plan_\u202efdp.exe", "application/octet-stream", bytesOf("MZ")],
    ["a name with what nobody sees", "plan\u200b.pdf", "application/pdf", bytesOf("%PDF-1.7")],
    ["a script", "plan", "text/x-shellscript", bytesOf("#!/bin/sh\nrm -rf ~")],
  ])("is red when it is not what its name says: %s", async (_what, name, mediaType, bytes) => {
    const { verdict } = await attach(name, mediaType, bytes);
    expect(levelOf(verdict, "disguised_attachment")).toEqual([expect.stringMatching(/^red: /)]);
    expect(verdict.friction).toBe("red");
  });
});
