import { writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { homeDoor } from "../../../../connectors/home/door.ts";
import { openHomeFolder, writeSteps } from "../../../../connectors/home-folder/home-folder.ts";
import type { Action, Preview } from "../../../../src/core/action.ts";
import { canonicalHash, canonicalJson } from "../../../../src/core/canonical.ts";
import { readReminders } from "../../../../src/core/reminders.ts";
import { plainCall, plainLook, plainThread } from "../../../support/plain-look.ts";
import { contactsText, documentText, get, listFiles, put, samples, snoozeSample } from "./samples.ts";

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "steward-homedoor-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

function need(name: string): Action {
  const action = homeDoor.actions.find((one) => one.name === name);
  if (action === undefined) throw new Error(`no ${name}`);
  return action;
}

function look() {
  return plainLook(home, openHomeFolder(home), { threads: [plainThread(17, "Roof\u200b repair")] });
}

async function draw(name: string, ask: unknown): Promise<{ action: Action; input: unknown; preview: Preview }> {
  const action = need(name);
  const input = action.input.parse(await action.resolve(action.ask.parse(ask), look()));
  return { action, input, preview: await action.preview(input, look()) };
}

const call = () => plainCall(openHomeFolder(home));

async function doIt(name: string, ask: unknown): Promise<{ action: Action; result: unknown; preview: Preview }> {
  const { action, input, preview } = await draw(name, ask);
  const result = action.result.parse(await action.execute(input, null, call()));
  return { action, result, preview };
}

test("every action is a change that nobody else sees, and can be undone", () => {
  expect(homeDoor.actions.map(({ name, tier, undo }) => [name, tier, undo !== undefined])).toEqual([
    ["home.update_contact", "change", true],
    ["home.remind", "change", true],
    ["home.snooze", "change", true],
    ["home.note", "change", true],
    ["home.update_document", "change", true],
  ]);
});

describe.each([...samples, snoozeSample])("$action $ask", ({ action: name, ask, setup, count }) => {
  test("touches nothing until it is executed, then is there once, and undone is as before", async () => {
    await setup(home);
    const before = await snapshot();
    const { action, input } = await draw(name, ask);
    expect(await action.reconcile(input, null, call())).toEqual({ kind: "not_done" });
    expect(await snapshot()).toEqual(before);
    const result = action.result.parse(await action.execute(input, null, call()));
    expect(await count(home)).toBe(1);
    expect(await action.reconcile(input, null, call())).toEqual({ kind: "done", result });
    await action.undo?.(result, call());
    await action.undo?.(result, call());
    expect(await count(home)).toBe(0);
    const after = await snapshot();
    // A last line end that was missing stays added.
    for (const [path, text] of before) expect(after.get(path)?.trimEnd()).toBe(text?.trimEnd());
  });

  test.each(writeSteps)("killed when its file is %s, is asked for and done once", async (at) => {
    await setup(home);
    const { action, input } = await draw(name, ask);
    const dying = openHomeFolder(home, {
      atStep: (step, path) => {
        if (step === at && !path.includes(".kept")) throw new Error("killed");
      },
    });
    await expect(action.execute(input, null, plainCall(dying))).rejects.toThrow(
      at === "written" ? "killed" : "is written",
    );
    const outcome = await action.reconcile(input, null, call());
    expect(outcome.kind).toBe(at === "written" ? "not_done" : "done");
    if (outcome.kind === "not_done") await action.execute(input, null, plainCall(openHomeFolder(home), { attempt: 2 }));
    expect(await count(home)).toBe(1);
    expect((await listFiles(home)).filter((path) => path.endsWith(".tmp"))).toEqual([]);
  });

  test("reads back from its bytes, has a hash of its own, and has no request to send", async () => {
    await setup(home);
    const { action, input } = await draw(name, ask);
    expect(action.input.parse(JSON.parse(canonicalJson(input)))).toEqual(input);
    const text = canonicalJson(input);
    const letters = [...text.matchAll(/[a-zA-Z0-9]/g)].map((found) => found.index);
    fc.assert(
      fc.property(fc.constantFrom(...letters), fc.constantFrom("x", "Q", "7"), (at, letter) => {
        const changed = `${text.slice(0, at)}${letter}${text.slice(at + 1)}`;
        fc.pre(changed !== text && isJson(changed));
        expect(canonicalHash(JSON.parse(changed))).not.toBe(canonicalHash(input));
      }),
      { numRuns: 60 },
    );
    const request = {
      method: "POST",
      path: "/",
      query: new URLSearchParams(),
      contentType: "",
      body: new Uint8Array(),
    };
    expect(() => action.readBack(request)).toThrow("send nothing");
    expect(action.ask.safeParse({ ...Object(ask), tier: "read" }).success).toBe(false);
  });
});

async function snapshot(): Promise<Map<string, string | null>> {
  const paths = await listFiles(home);
  return new Map(await Promise.all(paths.map(async (path) => [path, await get(home, path)] as const)));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("contacts.csv", () => {
  test("changes by its row alone, byte for byte, and shows row and file", async () => {
    await put(home, "contacts.csv", contactsText);
    const ask = { person: "paul@adler.example", set: { role: "Architect" }, add: { emails: ["P.Adler@Home.example"] } };
    const { preview } = await doIt("home.update_contact", ask);
    const expected = contactsText.replace(
      "Paul Adler,,paul@adler.example;,0171 2345678,telegram:@paul,Adler & Co,,",
      "Paul Adler,,paul@adler.example; p.adler@home.example,0171 2345678,telegram:@paul,Adler & Co,Architect,",
    );
    expect(await get(home, "contacts.csv")).toBe(expected);
    expect(preview.diffs).toEqual([
      {
        name: "contacts.csv, row 3",
        before: "role: \nemails: paul@adler.example;\n",
        after: "role: Architect\nemails: paul@adler.example; p.adler@home.example\n",
      },
      { name: "contacts.csv", before: contactsText, after: expected },
    ]);
  });

  test("says which address becomes known, as a field and in a sentence", async () => {
    await put(home, "contacts.csv", contactsText);
    const { preview } = await draw("home.update_contact", { person: "ines", add: { emails: ["ines@new.example"] } });
    expect(preview.fields).toContainEqual({ label: "Makes known", value: "ines@new.example" });
    expect(preview.consequences).toEqual([expect.stringContaining("ines@new.example counts as known")]);
    const plain = await draw("home.update_contact", { person: "ines", set: { notes: "likes tea" } });
    expect(plain.preview.consequences).toEqual([]);
  });

  test("is begun with its header when there is none, and undone is gone", async () => {
    const { action, result } = await doIt("home.update_contact", { person: null, set: { name: "Tom" } });
    expect(await get(home, "contacts.csv")).toBe(
      "name,aliases,emails,phones,handles,organisation,role,relation,language,notes\nTom,,,,,,,,,\n",
    );
    await action.undo?.(result, call());
    expect(await get(home, "contacts.csv")).toBeNull();
  });

  test("runs nothing in a spreadsheet, and stays one line a row", async () => {
    await put(home, "contacts.csv", contactsText);
    const set = { name: '=HYPERLINK("x")', organisation: "@SUM(1)", notes: "a\r\nb\u202e,c" };
    await doIt("home.update_contact", { person: null, set });
    const last = (await get(home, "contacts.csv"))?.split("\r\n").at(-2);
    expect(last).toBe(`"'=HYPERLINK(""x"")",,,,,'@SUM(1),,,,"a b,c",`);
  });

  test.each([
    [{ person: "Nobody" }, "Nobody in contacts.csv"],
    [{ person: "paul@adler.example", set: { name: "Paul Adler" } }, "says all of that already"],
    [{ person: "Paul Adler", add: { emails: ["no address"] } }, "not an e-mail address"],
    [{ person: "Paul Adler", add: { emails: ["a@b.example; c@d.example"] } }, "no single value"],
    [{ person: "Paul Adler", add: { emails: ["ines@moreau.example"] } }, "Row 2 of contacts.csv has"],
    [{ person: "Paul Adler", remove: { emails: ["x@y.example"] } }, "has no x@y.example"],
    [{ person: null, set: { notes: "who?" } }, "would name nobody"],
    [{ person: null, set: { name: "garage wolf" } }, "is in contacts.csv already"],
  ])("refuses %j", async (ask, why) => {
    await put(home, "contacts.csv", contactsText);
    await expect(draw("home.update_contact", ask)).rejects.toThrow(why);
  });

  test("takes a value away and leaves the others", async () => {
    await put(home, "contacts.csv", contactsText);
    await doIt("home.update_contact", { person: "Paul Adler", remove: { phones: ["+49 171 2345678"] } });
    expect(await get(home, "contacts.csv")).toBe(contactsText.replace("0171 2345678", ""));
  });

  test("that the owner saved meanwhile is not written over, and says so when asked", async () => {
    await put(home, "contacts.csv", contactsText);
    const { action, input } = await draw("home.update_contact", { person: "Paul Adler", set: { role: "Architect" } });
    await put(home, "contacts.csv", contactsText.replace("Garage", "Car"));
    await expect(action.execute(input, null, call())).rejects.toMatchObject({ code: "moved" });
    expect(await get(home, "contacts.csv")).toContain("Car Wolf");
    expect(await action.reconcile(input, null, call())).toMatchObject({ kind: "unknown" });
    expect((await action.preview(input, look())).basis).not.toEqual([
      { what: "contacts.csv", version: Object(input).base },
    ]);
  });

  test("with the change and more of the owner's in it counts as done, and is not undone over them", async () => {
    await put(home, "contacts.csv", contactsText);
    const { action, input } = await draw("home.update_contact", { person: "Paul Adler", set: { role: "Architect" } });
    const result = await action.execute(input, null, call());
    await put(home, "contacts.csv", `${await get(home, "contacts.csv")}Own Row,,,,,,,,,,\r\n`);
    expect(await action.reconcile(input, null, call())).toMatchObject({ kind: "done" });
    await expect(action.undo?.(result, call())).rejects.toMatchObject({ code: "moved" });
    expect(await get(home, "contacts.csv")).toContain("Own Row");
  });

  test("that is not UTF-8, or a link out of the home, is left alone", async () => {
    await writeFile(join(home, "contacts.csv"), Buffer.from("name,emails\nJos\xe9,a@b.example\n", "latin1"));
    const ask = { person: null, set: { name: "Tom" } };
    await expect(draw("home.update_contact", ask)).rejects.toMatchObject({ code: "unreadable" });
    const offline = need("home.update_contact").resolve(ask, plainLook(home, null));
    await expect(offline).rejects.toMatchObject({ code: "unreadable" });
    await rm(join(home, "contacts.csv"));
    await symlink("/etc/hosts", join(home, "contacts.csv"));
    await expect(draw("home.update_contact", ask)).rejects.toMatchObject({ code: "wrong_kind" });
  });

  test("any edit leaves every other cell and column as it was", async () => {
    const text = fc.string({ maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(text, text, fc.constantFrom("\n", "\r\n"), async (note, own, lineEnd) => {
        const quote = (value: string): string => `"${value.replaceAll('"', '""')}"`;
        const row = (role: string) => `Ann,${role},${quote(own)}`;
        await put(home, "contacts.csv", ["name,role,own", "Bo,x,y", row("old"), "Cy,,", ""].join(lineEnd));
        const { input } = await draw("home.update_contact", { person: "Ann", set: { role: `r${note}` } });
        await need("home.update_contact").execute(input, null, call());
        const after = (await get(home, "contacts.csv")) ?? "";
        expect(after.startsWith(`name,role,own${lineEnd}Bo,x,y${lineEnd}Ann,`)).toBe(true);
        expect(after.endsWith(`,${quote(own)}${lineEnd}Cy,,${lineEnd}`)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe("reminders and notes", () => {
  test("stand in files a person reads, with the owner's time", async () => {
    await doIt("home.remind", { text: "Call\u200b the garage", at: "2026-11-28T09:00", thread: 17 });
    await doIt("home.note", { text: "One\nTwo <!-- x -->", file: "car" });
    const key = "k".repeat(31).concat("1");
    expect(await get(home, "reminders.md")).toContain(
      `\n- [ ] 2026-11-28 09:00 +01:00 · Call the garage · t17 <!-- steward:remind:${key} -->\n`,
    );
    expect(await get(home, "memory/car.md")).toBe(
      `# car\n\n- 2026-11-21: One\n  Two <! -- x --> <!-- steward:note:${key} -->\n`,
    );
  });

  test("a snoozed thread is named with its title, cleaned", async () => {
    await doIt("home.snooze", snoozeSample.ask);
    expect(readReminders((await get(home, "reminders.md")) ?? "")).toMatchObject([
      { kind: "snooze", threadId: 17, text: "Roof repair", at: "2026-11-30T07:00:00.000Z" },
    ]);
    await expect(draw("home.snooze", { thread: 99, until: "2026-11-30T08:00" })).rejects.toThrow("no thread t99");
  });

  test.each([
    ["2026-11-21T10:00", "has passed"],
    ["2046-11-21T10:00", "too far away"],
    ["2026-02-30T10:00", "is no moment"],
    ["tomorrow", "is no moment"],
  ])("at %s are refused", async (at, why) => {
    await expect(draw("home.remind", { text: "x", at })).rejects.toThrow(why);
  });

  test("are taken back alone, unless the owner changed them", async () => {
    const { action, result } = await doIt("home.remind", { text: "Call the garage", at: "2026-11-28T09:00" });
    const text = (await get(home, "reminders.md")) ?? "";
    await put(home, "reminders.md", `${text}- mine\n`);
    await action.undo?.(result, call());
    expect(await get(home, "reminders.md")).toMatch(/delete a line.\n\n- mine\n$/);
    await put(home, "reminders.md", text.replace("09:00", "10:00"));
    await expect(action.undo?.(result, call())).rejects.toMatchObject({ code: "moved" });
  });

  test("wait when the file is being saved at that moment", async () => {
    const { action, input } = await draw("home.note", { text: "x" });
    await put(home, "memory/notes.md", "mine\n");
    const racing = openHomeFolder(home, { atStep: () => writeFileSync(join(home, "memory/notes.md"), "newer\n") });
    await expect(action.execute(input, null, plainCall(racing))).rejects.toMatchObject({ code: "locked" });
    expect(await get(home, "memory/notes.md")).toBe("newer\n");
  });

  test.each(["../x", "a/b", ".x", "con", ""])("go into no file called %j", async (file) => {
    const action = need("home.note");
    expect(action.input.safeParse({ text: "x", file, day: "2026-11-21" }).success).toBe(false);
  });
});

describe("documents", () => {
  test("are replaced with the one before kept, and put back from it", async () => {
    await put(home, "drive/Car/car.md", documentText);
    const { action, result } = await doIt("home.update_document", {
      path: "drive/Car/car.md",
      replace: [{ find: "NT 914", with: "KL 2207" }],
    });
    const kept = "drive/.kept/Car/car.kkkkkkkkkkkk.md";
    expect(result).toMatchObject({ kept });
    expect(await get(home, kept)).toBe(documentText);
    await rm(join(home, kept));
    await expect(action.undo?.(result, call())).rejects.toMatchObject({ code: "gone" });
    await put(home, kept, documentText);
    await action.undo?.(result, call());
    expect(await get(home, "drive/Car/car.md")).toBe(documentText);
  });

  test.each([
    "notes.md",
    "drive/../contacts.md",
    "drive/.kept/car.md",
    "/etc/x.md",
    "drive/run.sh",
    "drive/nul.md",
    "drive/a\u202e.md",
    "contacts.csv",
  ])("at %j are refused", async (path) => {
    await expect(draw("home.update_document", { path, text: "x" })).rejects.toMatchObject({ code: "usage" });
    const input = { path, base: null, text: "x" };
    expect(need("home.update_document").input.safeParse(input).success).toBe(false);
  });

  test("behind a link out of drive/ are neither shown nor written", async () => {
    const outside = await mkdtemp(join(tmpdir(), "steward-outside-"));
    await writeFile(join(outside, "secret.md"), "secret");
    await mkdir(join(home, "drive"));
    await symlink(outside, join(home, "drive", "Car"));
    const ask = { path: "drive/Car/secret.md", text: "x" };
    await expect(draw("home.update_document", ask)).rejects.toMatchObject({ code: "wrong_kind" });
    await rm(outside, { recursive: true });
  });

  test.each([
    [{ replace: [{ find: "Plate", with: "x" }], text: "y" }, "either the whole text"],
    [{}, "either the whole text"],
    [{ replace: [{ find: "nowhere", with: "x" }] }, "stands nowhere"],
    [{ replace: [{ find: "a", with: "x" }] }, "more than once"],
    [{ text: documentText }, "says that already"],
  ])("asked for as %j are refused", async (rest, why) => {
    await put(home, "drive/car.md", documentText);
    await expect(draw("home.update_document", { path: "drive/car.md", ...rest })).rejects.toThrow(why);
  });

  test("keep their line ends when they are edited in a browser", async () => {
    await put(home, "drive/car.md", documentText);
    const { action, input } = await draw("home.update_document", { path: "drive/car.md", text: "a\nb\n" });
    expect(action.edit?.apply(input, { text: "a\r\nc\r\n" })).toMatchObject({ text: "a\nc\n" });
  });
});

test("R115: a note never becomes part of what stands in every prompt, whoever approves it", async () => {
  const { action } = await draw("home.note", { text: "Likes tea" });
  const input = { text: "Likes tea", file: "tea", day: "2026-11-14" };
  expect(action.input.safeParse(input).success).toBe(true);
  for (const file of ["MEMORY", "memory", "Memory ", "candidate", "Style"])
    expect(action.input.safeParse({ ...input, file }).success).toBe(false);
});
