import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DrillHome, drillNowMs, openDrillHome } from "../support/drill-home.ts";
import { type DrillMail, drillMails, toMbox, writeEmlFolder, writeMaildir } from "../support/drill-mail.ts";
import { damageOf, dumpHome } from "../support/dump-home.ts";

const dayMs = 86_400_000;
let home: DrillHome;
beforeEach(async () => {
  home = await openDrillHome();
});
afterEach(() => home.close());

/** 520 mails over 104 days up to now: the last 150 are of the newest thirty days. */
const mails = drillMails(520, { startMs: drillNowMs - 104 * dayMs, stepMinutes: 288, words: 60 });
const recentMails = mails.filter(({ sentAt }) => Date.parse(sentAt) >= drillNowMs - 30 * dayMs);
const late = (prefix: string, count: number): DrillMail[] =>
  drillMails(count, { prefix, startMs: drillNowMs + 60_000, stepMinutes: 5, words: 20 });

const messageIds = (): string[] =>
  dumpHome(home.store.path).items.map((line) => line.split("|")[0]?.replace("message ", "") ?? "");

/** One kind of mailbox, how it comes to be, and how mail arrives in it. */
const shapes = [
  {
    kind: "mbox",
    write: () => home.file("all.mbox", toMbox(mails)),
    arrive: (path: string, some: DrillMail[]) => appendFileSync(path, toMbox(some)),
  },
  {
    kind: "maildir",
    write: () => {
      writeMaildir(join(home.folder, "Maildir"), mails);
      return join(home.folder, "Maildir");
    },
    arrive: (path: string, some: DrillMail[]) => {
      for (const { raw, sentAt, id } of some)
        writeFileSync(join(path, "new", `${Math.floor(Date.parse(sentAt) / 1000)}.${id}.host`), raw);
    },
  },
  {
    kind: "eml_folder",
    write: () => {
      writeEmlFolder(join(home.folder, "letters"), mails);
      return join(home.folder, "letters");
    },
    arrive: (path: string, some: DrillMail[]) => {
      for (const { raw, id } of some) writeFileSync(join(path, `${id}.eml`), raw);
    },
  },
] as const;

describe("the newest thirty days first", () => {
  it.each(
    shapes,
  )("of a $kind, with stops and arrivals between and inside the passes, lose nothing and double nothing", async ({
    write,
    arrive,
  }) => {
    const path = write();
    const recent = await home.read(path, { recentDays: 30, recentOnly: true });
    expect(recent.reports).toMatchObject([{ added: recentMails.length, stopped: null }]);
    expect(new Set(messageIds())).toEqual(new Set(recentMails.map(({ id }) => id)));

    arrive(path, late("between", 9));
    const stop = new AbortController();
    home.time.nowMs += 2 * dayMs;
    const stopped = await home.read(path, { recentDays: 30, signal: stop.signal, onProgress: () => stop.abort() });
    expect(stopped.reports).toMatchObject([{ stopped: "interrupted" }]);

    arrive(path, late("later", 7));
    home.time.nowMs += 3 * dayMs;
    let arrived = false;
    const rest = await home.read(path, {
      recentDays: null,
      onProgress: ({ pass }) => {
        if (pass === "rest" && !arrived) arrive(path, late("during", 5));
        arrived ||= pass === "rest";
      },
    });
    expect(rest.reports).toMatchObject([{ stopped: null }]);
    expect(arrived).toBe(true);

    await home.read(path, { recentDays: 30 });
    const all = [...mails, ...late("between", 9), ...late("later", 7), ...late("during", 5)].map(({ id }) => id);
    expect(messageIds().sort()).toEqual(all.sort());
    expect((await home.read(path, { recentDays: 30 })).reports).toMatchObject([{ unchanged: true, known: 0 }]);
    expect(damageOf(home.store.path)).toEqual([]);

    const straight = await openDrillHome();
    await straight.read(path);
    const [here, there] = [dumpHome(home.store.path), dumpHome(straight.store.path)];
    for (const part of ["items", "threads", "parties", "identities", "hits"] as const)
      expect(here[part], part).toEqual(there[part]);
    await straight.close();
  });
});

describe("an interrupt", () => {
  it("after every page in turn comes to the same as no interrupt", async () => {
    const path = home.file("all.mbox", toMbox(drillMails(900, { words: 150 })));
    let stops = 0;
    for (;;) {
      const stop = new AbortController();
      const { reports } = await home.read(path, { signal: stop.signal, onProgress: () => stop.abort() });
      if (reports[0]?.stopped === null) break;
      expect(reports).toMatchObject([{ stopped: "interrupted" }]);
      stops += 1;
    }
    expect(stops).toBeGreaterThan(1);
    expect(messageIds()).toHaveLength(900);
    const before = new AbortController();
    before.abort();
    appendFileSync(path, toMbox(late("new", 3)));
    expect((await home.read(path, { signal: before.signal })).reports).toMatchObject([
      { added: 0, stopped: "interrupted" },
    ]);
    expect((await home.read(path)).reports).toMatchObject([{ added: 3 }]);
  });
});
