import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import ICAL from "ical.js";
import PostalMime from "postal-mime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { filesDoor } from "../../../../connectors/files/door.ts";
import { outboxResult, toFileTitle } from "../../../../connectors/files/outbox.ts";
import { openHomeFolder, writeSteps } from "../../../../connectors/home-folder/home-folder.ts";
import { refuseHomePath } from "../../../../connectors/home-folder/home-path.ts";
import type { Action, KeptFile, LookItem, LookThread, Preview } from "../../../../src/core/action.ts";
import { canonicalHash, canonicalJson } from "../../../../src/core/canonical.ts";
import { untrusted } from "../../../../src/core/untrusted.ts";
import { plainCall, plainFile, plainLook, plainThread } from "../../../support/plain-look.ts";
import { samples } from "./samples.ts";

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "steward-filesdoor-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

interface World {
  threads?: LookThread[];
  files?: KeptFile[];
}

function need(name: string): Action {
  const action = filesDoor.actions.find((one) => one.name === name);
  if (action === undefined) throw new Error(`no ${name}`);
  return action;
}

async function draw(name: string, ask: unknown, world: World = {}) {
  const action = need(name);
  const look = plainLook(home, openHomeFolder(home), world);
  const input = action.input.parse(await action.resolve(action.ask.parse(ask), look));
  const preview: Preview = await action.preview(input, look);
  return { action, input, preview };
}

const call = (world: World = {}) => plainCall(openHomeFolder(home), world);

async function write(name: string, ask: unknown, world: World = {}): Promise<Uint8Array> {
  const { action, input } = await draw(name, ask, world);
  const { path } = outboxResult.parse(await action.execute(input, null, call(world)));
  return await readFile(join(home, path));
}

test("every action is a draft: nothing leaves, and the file can be taken away again", () => {
  expect(filesDoor.actions.map(({ name, tier, undo }) => [name, tier, undo !== undefined])).toEqual([
    ["files.write_mail", "draft", true],
    ["files.write_event", "draft", true],
  ]);
});

describe.each(samples)("$action", ({ action: name, ask, setup, count }) => {
  test("is one file, the same bytes whenever it is asked, and gone when undone", async () => {
    await setup(home);
    const { action, input } = await draw(name, ask);
    expect(await count(home)).toBe(0);
    expect(await action.reconcile(input, null, call())).toEqual({ kind: "not_done" });
    const result = await action.execute(input, null, call());
    expect(await action.execute(input, null, call())).toEqual(result);
    expect(await count(home)).toBe(1);
    expect(await action.reconcile(input, null, call())).toEqual({ kind: "done", result });
    await action.undo?.(result, call());
    expect(await count(home)).toBe(0);
  });

  test.each(writeSteps)("killed when its file is %s, is asked for and written once", async (at) => {
    await setup(home);
    const { action, input } = await draw(name, ask);
    const dying = openHomeFolder(home, {
      atStep: (step) => {
        if (step === at) throw new Error("killed");
      },
    });
    await expect(action.execute(input, null, plainCall(dying))).rejects.toThrow(
      at === "written" ? "killed" : "is written",
    );
    const outcome = await action.reconcile(input, null, call());
    expect(outcome.kind).toBe(at === "written" ? "not_done" : "done");
    if (outcome.kind === "not_done") await action.execute(input, null, call());
    expect(await count(home)).toBe(1);
    expect(await readdir(join(home, "outbox"))).toHaveLength(1);
  });

  test("never lands on a file of the owner's, and takes none away that they changed", async () => {
    await setup(home);
    const { action, input } = await draw(name, ask);
    const result = await action.execute(input, null, call());
    const [file = ""] = await readdir(join(home, "outbox"));
    await writeFile(join(home, "outbox", file), "the owner's");
    await expect(action.execute(input, null, call())).rejects.toMatchObject({ code: "moved" });
    await expect(action.undo?.(result, call())).rejects.toMatchObject({ code: "moved" });
    expect(await readFile(join(home, "outbox", file), "utf8")).toBe("the owner's");
  });

  test("reads back from its bytes, has a hash of its own, and has no request to send", async () => {
    await setup(home);
    const { action, input } = await draw(name, ask);
    const text = canonicalJson(input);
    expect(action.input.parse(JSON.parse(text))).toEqual(input);
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

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("a mail file", () => {
  test("is read by another parser as what was approved, with its file", async () => {
    const file = plainFile("plan.txt", "text/plain", "Wände: 4\n");
    const ask = {
      to: ["ines@moreau.example"],
      subject: "Réunion, mardi",
      text: "Bonjour\n\nà mardi. ".concat("x".repeat(200)),
      attachments: [file.sha256],
    };
    const { preview } = await draw("files.write_mail", ask, { files: [file] });
    expect(preview.files).toMatchObject([{ name: "plan.txt", text: "Wände: 4\n", sha256: file.sha256 }]);
    const mail = await PostalMime.parse(await write("files.write_mail", ask, { files: [file] }));
    expect(mail.from).toMatchObject({ name: "Clara Weiss", address: "clara@weiss.example" });
    expect(mail.to).toMatchObject([{ address: "ines@moreau.example" }]);
    expect(mail.bcc).toBeUndefined();
    expect(mail.subject).toBe("Réunion, mardi");
    expect(mail.text?.trimEnd()).toBe(ask.text);
    expect(mail.html).toBeUndefined();
    expect(mail.date).toBe("2026-11-21T09:07:00.000Z");
    expect(mail.headers.find(({ key }) => key === "x-unsent")?.value).toBe("1");
    expect(mail.attachments).toHaveLength(1);
    expect(mail.attachments[0]?.filename).toBe("plan.txt");
  });

  test("that answers a thread says so", async () => {
    const item: LookItem = {
      id: 1,
      threadId: 17,
      channel: "mail",
      externalIds: [],
      messageId: "b@adler.example",
      references: ["a@weiss.example", "not an id"],
      sentAt: null,
      fromOwner: false,
      parties: [],
      subject: untrusted("Roof"),
      text: untrusted(""),
      labels: [],
      event: null,
      authentication: null,
      automatic: false,
    };
    const ask = { to: ["paul@adler.example"], subject: "Re: Roof", text: "Yes", thread: 17 };
    const { input } = await draw("files.write_mail", ask, { threads: [plainThread(17, "Roof", [item])] });
    expect(input).toMatchObject({
      inReplyTo: "<b@adler.example>",
      references: ["<a@weiss.example>", "<b@adler.example>"],
      threadId: 17,
    });
    await expect(draw("files.write_mail", ask)).rejects.toThrow("no thread t17");
  });

  test("takes no second header, recipient or hidden character from what was asked", async () => {
    const ask = { to: ["a@b.example"], subject: "Hi\r\nBcc: evil@x.example", text: "a\u200bb\u202e" };
    const mail = await PostalMime.parse(await write("files.write_mail", ask));
    expect(mail.subject).toBe("Hi Bcc: evil@x.example");
    expect(mail.bcc).toBeUndefined();
    expect(mail.text?.trimEnd()).toBe("ab");
    const { action, input } = await draw("files.write_mail", ask);
    const bad = [{ subject: "a\r\nb" }, { to: [{ name: "", address: "a@b.example, c@d.example" }] }, { to: [] }];
    for (const one of bad) expect(action.input.safeParse({ ...Object(input), ...one }).success).toBe(false);
  });

  test("is edited with the names it had, and checked again", async () => {
    const { action, input } = await draw("files.write_mail", { to: ["a@b.example"], subject: "Hi", text: "x" });
    const edited = action.edit?.apply(input, { to: ["A@b.example", "c@d.example"], text: "one\r\ntwo\r\n" });
    expect(action.input.parse(edited)).toMatchObject({ to: [{ address: "a@b.example" }, { address: "c@d.example" }] });
    expect(action.edit?.read(edited)).toMatchObject({ text: "one\ntwo" });
    expect(action.input.safeParse(action.edit?.apply(input, { to: ["nobody"] })).success).toBe(false);
  });

  test("whose file is not kept any more is not written", async () => {
    const file = plainFile("plan.txt", "text/plain", "x");
    const ask = { to: ["a@b.example"], subject: "Hi", text: "x", attachments: [file.sha256] };
    const { action, input } = await draw("files.write_mail", ask, { files: [file] });
    await expect(action.execute(input, null, call())).rejects.toMatchObject({ code: "gone" });
    expect(await readdir(home)).toEqual([]);
  });
});

describe("an event file", () => {
  test("has the owner's time, read by another parser", async () => {
    const text = new TextDecoder().decode(
      await write("files.write_event", { title: "Dr. Lindt", start: "2026-11-28T14:00", location: "Köln; left" }),
    );
    const component = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent");
    const event = component === null ? null : new ICAL.Event(component);
    expect(event?.startDate.toJSDate().toISOString()).toBe("2026-11-28T13:00:00.000Z");
    expect(event?.duration.toSeconds()).toBe(3_600);
    expect(event?.location).toBe("Köln; left");
  });

  test("of whole days ends after the last one", async () => {
    const { input, preview } = await draw("files.write_event", {
      title: "Off",
      start: "2026-12-24",
      end: "2026-12-26",
    });
    expect(input).toMatchObject({ startsAt: "2026-12-24", endsAt: "2026-12-27", isAllDay: true });
    expect(preview.fields).toContainEqual({ label: "When", value: "2026-12-24 to 2026-12-26" });
  });

  test.each([
    { start: "2026-11-28T14:00", end: "2026-11-28T13:00" },
    { start: "2026-12-24", end: "2026-12-23" },
    { start: "2026-02-30" },
    { start: "2026-12-24", end: "2026-12-24T10:00" },
    { start: "soon" },
  ])("from %j is refused", async (times) => {
    await expect(draw("files.write_event", { title: "x", ...times })).rejects.toMatchObject({ code: "usage" });
  });
});

test("any subject makes a name that every disk takes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (subject) => {
      const title = toFileTitle("2026-11-21", subject);
      expect(refuseHomePath(`outbox/${title}.kkkkkkkk.eml`)).toBeNull();
      expect(title.startsWith("2026-11-21")).toBe(true);
    }),
    { numRuns: 500 },
  );
  expect(toFileTitle("2026-11-21", "../../etc/passwd: Re?")).toBe("2026-11-21 etc passwd Re");
});
