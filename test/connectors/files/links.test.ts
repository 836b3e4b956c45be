import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { maildirReader } from "../../../connectors/files/maildir.ts";
import { readListedFile } from "../../../connectors/files/read-bytes.ts";
import { recognisePath } from "../../../connectors/files/recognise.ts";
import { drain, letter, mboxLetter, temporaryFolder } from "../../support/mail-reading.ts";

const onWindows = process.platform === "win32";

describe.skipIf(onWindows)("a symbolic link", () => {
  test("inside a folder is not followed, neither out of it nor in a circle", async () => {
    const outside = temporaryFolder();
    writeFileSync(join(outside, "private.mbox"), mboxLetter(1));
    const root = temporaryFolder("inside");
    writeFileSync(join(root, "inside", "own.mbox"), mboxLetter(2));
    symlinkSync(join(outside, "private.mbox"), join(root, "stolen.mbox"));
    symlinkSync(outside, join(root, "elsewhere"));
    symlinkSync(root, join(root, "inside", "again"));
    const { found, problems } = await recognisePath(root);
    expect(found.map((one) => one.label)).toEqual(["own"]);
    expect(problems).toEqual([]);
  });

  test("to a folder of documents is not one of them", async () => {
    const outside = temporaryFolder();
    writeFileSync(join(outside, "diary.md"), "# Diary\n");
    const root = temporaryFolder();
    writeFileSync(join(root, "own.mbox"), mboxLetter(1));
    symlinkSync(outside, join(root, "papers"));
    expect((await recognisePath(root)).found.map((one) => one.kind)).toEqual(["mbox"]);
  });

  test("that the owner names is followed", async () => {
    const outside = temporaryFolder();
    writeFileSync(join(outside, "mail.mbox"), mboxLetter(1));
    const root = temporaryFolder();
    symlinkSync(join(outside, "mail.mbox"), join(root, "link.mbox"));
    expect((await recognisePath(join(root, "link.mbox"))).found.map((one) => one.label)).toEqual(["mail"]);
  });

  test("in a Maildir is no message", async () => {
    const outside = temporaryFolder();
    writeFileSync(join(outside, "secret"), "not a letter\n");
    const root = temporaryFolder("cur", "new", "tmp");
    writeFileSync(join(root, "cur", "1700000001.M1.host:2,S"), letter(1));
    symlinkSync(join(outside, "secret"), join(root, "cur", "1700000002.M2.host:2,S"));
    const { records, pages } = await drain(maildirReader, root);
    expect(pages.flatMap((page) => page.failed)).toEqual([]);
    expect(records.map((record) => record.externalId)).toEqual(["1700000001.M1.host"]);
  });

  test("put in the place of a listed file meanwhile is refused", async () => {
    const root = temporaryFolder();
    writeFileSync(join(root, "secret"), "not a letter\n");
    symlinkSync(join(root, "secret"), join(root, "letter.eml"));
    await expect(readListedFile(join(root, "letter.eml"), (size) => size)).rejects.toThrow(/ELOOP|EMLINK/);
  });
});
