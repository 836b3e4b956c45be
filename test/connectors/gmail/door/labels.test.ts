// Holds R12.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { gmailDoor } from "../../../../connectors/gmail/door.ts";
import { changeLabels } from "../../../../src/emulators/google/gmail/routes-messages.ts";
import { type MailDoor, MailLife } from "./mail-door.ts";
import { mailSamples } from "./samples.ts";

let life: MailLife;
const many: string[] = [];
const open: MailDoor[] = [];
beforeAll(async () => {
  life = await new MailLife().begin((one) => {
    for (let n = 0; n < 60; n += 1) {
      const labels = ["INBOX", ...(n % 3 === 0 ? ["UNREAD"] : []), ...(n % 7 === 0 ? ["STARRED"] : [])];
      const letter = {
        "Message-ID": `<b${n}@bulk.example>`,
        From: `Bulk ${n % 2} <b${n % 2}@bulk.example>`,
        To: "clara@weiss.example",
      };
      many.push(one.arrive({ ...letter, Subject: `Bulk ${n}` }, "Buy.", labels).id);
    }
  });
});
afterEach(async () => {
  for (const door of open.splice(0)) await door.close();
});
afterAll(() => life.end());

async function opened(): Promise<MailDoor> {
  const door = await life.open();
  open.push(door);
  return door;
}

const modified = (door: MailDoor): string[] => door.requests.filter((one) => one.endsWith("/batchModify"));
const labelsOf = (door: MailDoor, ids: readonly string[]): string[][] => ids.map((id) => door.labelsOf(id));

describe("changing labels", () => {
  for (const sample of mailSamples.filter(({ action }) => !/send|reply|forward/.test(action))) {
    it(`${sample.action} is one request, and is undone to exactly what was before`, async () => {
      const door = await opened();
      const all = [...life.state.messages.keys()];
      const before = labelsOf(door, all);
      const { seen } = await door.propose(sample.action, await sample.ask(door));
      await door.approve(seen);
      await door.live(seen.cardId);
      expect(modified(door)).toHaveLength(1);
      expect(labelsOf(door, all)).not.toEqual(before);
      const undone = await door.undo(seen.cardId);
      expect(undone.kind).toBe("ok");
      expect(labelsOf(door, all)).toEqual(before);
    });
  }

  it("undoes only what it did: what was so before, and what the owner did since, stays", async () => {
    const door = await opened();
    const [first = "", second = "", third = ""] = life.ids.news;
    const world = { shared: life.setup.world };
    const message = (id: string) => life.state.messages.get(id) ?? raise();
    const { seen } = await door.propose("gmail.archive", {
      threads: await Promise.all(life.ids.news.map((id) => door.threadOf(id))),
    });
    changeLabels(life.state, message(first), { add: [], remove: ["INBOX"] }, world);
    await door.approve(seen);
    await door.live(seen.cardId);
    changeLabels(life.state, message(second), { add: ["STARRED"], remove: ["UNREAD"] }, world);
    expect((await door.undo(seen.cardId)).kind).toBe("ok");
    expect(door.labelsOf(first)).toEqual(["UNREAD"]);
    expect(door.labelsOf(second)).toEqual(["INBOX", "STARRED"]);
    expect(door.labelsOf(third)).toEqual(["INBOX", "Label_7", "STARRED", "UNREAD"]);
  });

  it("shows every mail as a line of its sender, and leaves out those the owner takes out", async () => {
    const door = await opened();
    const threads = await Promise.all(many.map((id) => door.threadOf(id)));
    const { seen, view } = await door.propose("gmail.archive", { threads });
    expect(view.preview.title).toBe("Archive 60 mails");
    expect(view.preview.lines).toHaveLength(60);
    expect([...new Set(view.preview.lines.map(({ group }) => group))].sort()).toEqual([
      "Bulk 0 (b0@bulk.example)",
      "Bulk 1 (b1@bulk.example)",
    ]);
    const left = many.slice(0, 10);
    const answer = await door.door.exclude(seen, left, door.by());
    const [card] = answer.kind === "ok" ? answer.cards : [];
    const next = await door.door.card(card?.id ?? "");
    expect(next?.preview.title).toBe("Archive 50 mails");
    await door.approve({ cardId: seen.cardId, revision: card?.revision ?? 0, sha256: next?.sha256 ?? "" });
    await door.live(seen.cardId);
    expect(modified(door)).toHaveLength(1);
    expect(left.every((id) => door.labelsOf(id).includes("INBOX"))).toBe(true);
    expect(many.slice(10).some((id) => door.labelsOf(id).includes("INBOX"))).toBe(false);
    expect((await door.door.card(seen.cardId))?.receipt).toBe("Archived 50 mails.");
  });

  it("asks by label, not by message, what many mails have, and undoes them the same", async () => {
    const door = await opened();
    const threads = await Promise.all(many.map((id) => door.threadOf(id)));
    const before = labelsOf(door, many);
    const { seen } = await door.propose("gmail.mark_read", { threads });
    await door.approve(seen);
    await door.live(seen.cardId);
    const threadsMore = await Promise.all(many.map((id) => door.threadOf(id)));
    const trashing = await door.propose("gmail.trash", { threads: threadsMore });
    door.requests = [];
    await door.approve(trashing.seen);
    await door.live(trashing.seen.cardId);
    expect(door.requests.length).toBeLessThan(12);
    expect(many.every((id) => door.labelsOf(id).includes("TRASH"))).toBe(true);
    await door.undo(trashing.seen.cardId);
    await door.undo(seen.cardId);
    expect(labelsOf(door, many)).toEqual(before);
  });

  it("lets no other message and no other label out than what was approved", async () => {
    const { actingFetch } = await import("../../../../approvals/executor/boundary.ts");
    const action = gmailDoor.actions.find(({ name }) => name === "gmail.archive") ?? raise();
    const input = { ids: ["a1", "a2"], items: [1, 2], add: [], remove: ["INBOX"], label: "" };
    const left: unknown[] = [];
    const inner: typeof fetch = async (_url, init) => {
      left.push(init?.body);
      return new Response(null, { status: 204 });
    };
    const { fetch } = actingFetch(inner, gmailDoor, { action, input, purpose: "execute", mostRequests: 9 });
    const post = (body: unknown) =>
      fetch("http://127.0.0.1:1/gmail/v1/users/me/messages/batchModify", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const right = { ids: ["a1", "a2"], addLabelIds: [], removeLabelIds: ["INBOX"] };
    for (const wrong of [
      { ...right, ids: ["a1", "a2", "a3"] },
      { ...right, ids: ["a1"] },
      { ...right, addLabelIds: ["TRASH"] },
      { ...right, removeLabelIds: ["INBOX", "UNREAD"] },
      { ...right, other: 1 },
    ]) {
      await expect(post(wrong), JSON.stringify(wrong)).rejects.toMatchObject({ code: "no_permission" });
    }
    expect(left).toEqual([]);
    expect((await post(right)).status).toBe(204);
  });

  it("takes labels the owner has, by name, and none of those that move mail", async () => {
    const door = await opened();
    const threads = [await door.threadOf(life.ids.paul)];
    const { view } = await door.propose("gmail.label", { threads, label: "TRAVEL" });
    expect(view.preview.title).toContain("Travel");
    for (const label of ["Nothing", "TRASH", "SPAM", "INBOX", "SENT"]) {
      await expect(door.propose("gmail.label", { threads, label }), label).rejects.toThrow("no such label");
    }
  });

  it("makes no card where nothing would change", async () => {
    const door = await opened();
    const threads = [await door.threadOf(life.ids.paul)];
    await expect(door.propose("gmail.mark_read", { threads, unread: true })).rejects.toThrow();
    await expect(door.propose("gmail.archive", { threads: [] })).rejects.toThrow("No mail");
    await expect(door.propose("gmail.archive", {})).rejects.toThrow("No mail");
  });
});

describe("the actions of Gmail", () => {
  it("have these floors, strict asks and inputs, and an undo where they change only what is the owner's", () => {
    expect(gmailDoor.actions.map(({ name, tier, undo }) => [name, tier, undo !== undefined])).toEqual([
      ["gmail.send_message", "send", false],
      ["gmail.reply", "send", false],
      ["gmail.reply_all", "send", false],
      ["gmail.forward", "send", false],
      ["gmail.archive", "change", true],
      ["gmail.label", "change", true],
      ["gmail.mark_read", "change", true],
      ["gmail.trash", "change", true],
    ]);
    for (const action of gmailDoor.actions) {
      const ask = { thread: 1, threads: [1], to: ["a@b.example"], subject: "", text: "x", label: "y" };
      expect(action.ask.safeParse({ ...ask, tier: "read" }).success, action.name).toBe(false);
    }
  });
});

function raise(): never {
  throw new Error("not there");
}
