import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DrillHome, openDrillHome, startSteward } from "../support/drill-home.ts";
import { drillMails, toMbox, writeEmlFolder, writeMaildir } from "../support/drill-mail.ts";
import { damageOf, dumpHome } from "../support/dump-home.ts";

let home: DrillHome;
beforeEach(async () => {
  home = await openDrillHome();
});
afterEach(() => home.close());

const withAttachment = (base64: string): string =>
  [
    "From x@example Thu, 19 Nov 2026 10:00:00 GMT",
    "From: Ana <ana@many.example>",
    "To: clara@weiss.example",
    "Subject: The scan",
    "Date: Thu, 19 Nov 2026 10:00:00 GMT",
    "Message-ID: <scan@many.example>",
    'Content-Type: multipart/mixed; boundary="cut"',
    "",
    "--cut",
    "Content-Type: text/plain",
    "",
    "The scan you asked for.",
    "--cut",
    'Content-Type: application/pdf; name="scan.pdf"',
    "Content-Transfer-Encoding: base64",
    "",
    base64,
  ].join("\n");

describe("a damaged mailbox", () => {
  it("cut in the middle of a base64 attachment gives all messages, the last one in part, with its offset", async () => {
    const before = toMbox(drillMails(20));
    const line = Buffer.alloc(54, 7).toString("base64");
    const path = home.file("cut.mbox", `${before}${withAttachment(`${line}\n`.repeat(500))}${line.slice(0, 31)}`);
    const { reports } = await home.read(path);
    expect(reports).toMatchObject([{ added: 21, stopped: null }]);
    const offset = Buffer.byteLength(before);
    expect(reports[0]?.problems).toContainEqual({
      locator: { path, offset },
      reason: expect.stringContaining("cut off"),
    });
    expect(dumpHome(home.store.path).items.join("\n")).toContain("The scan you asked for.");
  });

  it("cut inside the headers of its last message gives the others", async () => {
    const whole = toMbox(drillMails(5));
    const path = home.file("cut.mbox", whole.slice(0, whole.lastIndexOf("Subject:") + 4));
    const { reports } = await home.read(path);
    expect(reports[0]?.added).toBe(5);
    expect(reports[0]?.problems[0]?.locator.offset).toBe(whole.lastIndexOf("From x@"));
  });

  it("with garbage before its first message says where, and reads the rest", async () => {
    const path = home.file("garbage.mbox", `${"\0garbage\n".repeat(900)}\n${toMbox(drillMails(5))}`);
    const { reports } = await home.read(path);
    expect(reports).toMatchObject([{ added: 5, problems: [{ locator: { path, offset: 0 } }] }]);
  });

  it("of no bytes is a name for nothing and says so, alone and in its folder", async () => {
    const path = home.file("mail/empty.mbox", "");
    expect((await home.read(path)).unrecognised).toHaveLength(1);
    expect((await home.read(path, { as: "mbox" })).reports).toMatchObject([{ added: 0, problems: [] }]);
    home.file("mail/full.mbox", toMbox(drillMails(2)));
    expect((await home.read(join(home.folder, "mail"))).reports).toMatchObject([{ added: 2 }]);
  });

  it("whose text is invalid UTF-8, NUL bytes and lone surrogates gives well-formed items", async () => {
    const bad = Buffer.from([0xff, 0xfe, 0x00, 0xed, 0xa0, 0x80, 0xc3, 0x28, 0x41]);
    const [first, second] = drillMails(2);
    const raw = (first?.raw ?? "").split("Number 0.");
    const path = home.file(
      "bytes.mbox",
      Buffer.concat([
        Buffer.from("From x Thu, 19 Nov 2026 10:00:00 GMT\n"),
        Buffer.from(
          (raw[0] ?? "").replace("Matter", "Ma\u0000tter =?utf-8?B?7aCA/w==?= ").replace("Person 0", "Per\u0000son"),
        ),
        bad,
        Buffer.from(`${raw[1]}\nFrom x Thu, 19 Nov 2026 10:00:00 GMT\n${second?.raw}`),
      ]),
    );
    const { reports } = await home.read(path);
    expect(reports[0]?.added).toBe(2);
    for (const line of Object.values(dumpHome(home.store.path)).flat()) {
      expect(line.isWellFormed()).toBe(true);
      expect(line).not.toContain("\0");
    }
  });
});

describe("a path that is not what it should be", () => {
  it("is said for a folder where a file is meant, and a file where a folder is meant", async () => {
    const folder = join(home.folder, "folder.mbox");
    mkdirSync(folder);
    const file = home.file("file", "text");
    for (const as of [
      "mbox",
      "ics",
      "vcard",
      "whatsapp",
      "telegram",
      "imessage",
      "contacts_csv",
      "steward_contacts",
    ] as const) {
      const { errors } = await home.read(folder, { as });
      expect(errors, as).toHaveLength(1);
      expect(["wrong_kind", "unreadable"], `${as}: ${errors[0]?.message}`).toContain(errors[0]?.code);
    }
    for (const as of ["maildir", "eml_folder", "apple_mail", "thunderbird", "notion"] as const) {
      const { errors } = await home.read(file, { as });
      expect(errors, as).toHaveLength(1);
      expect(["wrong_kind", "unreadable"], `${as}: ${errors[0]?.message}`).toContain(errors[0]?.code);
    }
  });

  it("is said when a registered file is gone, and it is read again once it is back", async () => {
    const path = home.file("moved.mbox", toMbox(drillMails(3)));
    await home.read(path);
    renameSync(path, `${path}.away`);
    expect((await home.read(path, { as: "mbox" })).errors).toMatchObject([{ code: "not_found" }]);
    renameSync(`${path}.away`, path);
    expect((await home.read(path)).reports).toMatchObject([{ unchanged: true }]);
  });
});

describe("a file that changes while it is read", () => {
  const many = drillMails(900, { words: 300 });

  async function readAndMeanwhile(path: string, change: () => void) {
    let changed = false;
    return await home.read(path, {
      onProgress: () => {
        if (!changed) change();
        changed = true;
      },
    });
  }

  it("and vanishes ends with an error or what was taken, and nothing half", async () => {
    const path = home.file("vanishes.mbox", toMbox(many));
    const { errors } = await readAndMeanwhile(path, () => rmSync(path));
    expect(errors).toMatchObject([{ code: "not_found" }]);
    expect(damageOf(home.store.path)).toEqual([]);
    writeFileSync(path, toMbox(many));
    await home.read(path);
    expect(dumpHome(home.store.path).items).toHaveLength(many.length);
  });

  it("and shrinks is read to its new end", async () => {
    const path = home.file("shrinks.mbox", toMbox(many));
    const end = toMbox(many.slice(0, 500)).length;
    const { reports } = await readAndMeanwhile(path, () => truncateSync(path, end));
    expect(reports).toMatchObject([{ stopped: null }]);
    expect(dumpHome(home.store.path).items.length).toBeGreaterThanOrEqual(500);
    await home.read(path);
    expect(damageOf(home.store.path)).toEqual([]);
  });

  it("and is replaced by another one is read from its start", async () => {
    const path = home.file("replaced.mbox", toMbox(many));
    const others = drillMails(700, { prefix: "other", words: 250 });
    await readAndMeanwhile(path, () => {
      writeFileSync(`${path}.new`, toMbox(others));
      renameSync(`${path}.new`, path);
    });
    await home.read(path);
    const ids = dumpHome(home.store.path).items.filter((line) => line.includes("other"));
    expect(ids).toHaveLength(others.length);
  });

  it("and loses a message of its Maildir says which", async () => {
    const root = join(home.folder, "Maildir");
    writeMaildir(root, many);
    const { reports } = await readAndMeanwhile(root, () => rmSync(join(root, "cur"), { recursive: true }));
    expect(reports).toMatchObject([{ stopped: null }]);
    expect(damageOf(home.store.path)).toEqual([]);
  });
});

describe("a list of problems that cannot be written", () => {
  it("does not hide what was taken", async () => {
    const path = home.file("garbage.mbox", `garbage\n\n${toMbox(drillMails(5))}`);
    home.file("other/problems", "A file where the folder should be.");
    const { code, out } = await startSteward(join(home.folder, "other"), ["import", "--as", "mbox", path]).ended;
    expect(code, out).toBe(0);
    expect(out).toContain("5 new");
    expect(out).toContain("do not belong to any message");
  });
});

describe("what may not be read", () => {
  it("is a problem with its path, and is read once it may be", async ({ skip }) => {
    if (process.getuid?.() !== 0) skip("needs root, to drop it");
    const root = join(home.folder, "letters");
    writeEmlFolder(root, drillMails(6));
    home.file("letters/deep/note.eml", drillMails(1, { prefix: "deep" })[0]?.raw ?? "");
    home.file("papers/a.md", "# A\nalpha");
    home.file("papers/b.md", "# B\nbeta");
    const mailbox = home.file("closed.mbox", toMbox(drillMails(2, { prefix: "closed" })));
    const closed = [join(root, "message 3.eml"), join(root, "deep"), join(home.folder, "papers/b.md"), mailbox];
    for (const path of closed) chmodSync(path, 0);
    for (const path of [home.folder, join(home.folder, "papers"), root]) chmodSync(path, 0o777);
    const own = join(home.folder, "own");
    mkdirSync(own, { mode: 0o777 });
    chmodSync(own, 0o777);
    const paths = [root, join(home.folder, "papers"), mailbox];
    const nobody = (argv: string[]) => startSteward(join(own, "home"), argv, { uid: 65_534 }).ended;
    const first = await nobody(["import", ...paths]);
    expect(first.out).toContain("message 3.eml");
    expect(first.out).toContain("b.md");
    expect(first.out).toContain("letters/deep");
    expect(first.out).toMatch(/closed\.mbox/);
    expect(first.out.toLowerCase()).toContain("no permission");
    expect(first.code).toBe(6);
    expect(readFileSync(join(own, "home/config.json"), "utf8")).toContain("{");
    for (const path of closed) chmodSync(path, 0o755);
    const second = await nobody(["import", ...paths]);
    expect(second.code, second.out).toBe(0);
    const { items } = dumpHome(join(own, "home/steward.db"));
    expect(items.filter((line) => line.startsWith("message"))).toHaveLength(9);
    expect(items.filter((line) => line.startsWith("document"))).toHaveLength(2);
  });
});
