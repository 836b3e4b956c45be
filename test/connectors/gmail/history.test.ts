import { describe, expect, test } from "vitest";
import { deliverMail } from "../../../src/emulators/google/gmail/deliver-mail.ts";
import { newMessageId, noteHistory } from "../../../src/emulators/google/gmail/gmail-state.ts";
import { changeLabels, deleteForever } from "../../../src/emulators/google/gmail/routes-messages.ts";
import {
  clara,
  connectGmail,
  differencesOf,
  fillMailbox,
  type GmailSetup,
  Mirror,
  mailboxOf,
  nowMs,
  setUpGmail,
} from "./gmail-fixture.ts";

const boxesOf = (setup: GmailSetup) => ({ shared: setup.world });

function arrive(setup: GmailSetup, subject: string, labelIds = ["INBOX", "UNREAD"]): string {
  const compose = { from: "Ana <ana@elsewhere.example>", to: clara, subject, text: `${subject}.` };
  setup.worldClock.advance(1000);
  return deliverMail(setup.world, mailboxOf(setup), clara, { compose, labelIds }).id;
}

function relabelAt(setup: GmailSetup, id: string, add: string[], remove: string[]): void {
  const message = mailboxOf(setup).messages.get(id);
  if (message === undefined) throw new Error("not there");
  changeLabels(mailboxOf(setup), message, { add, remove }, boxesOf(setup));
}

function deleteAt(setup: GmailSetup, id: string): void {
  const message = mailboxOf(setup).messages.get(id);
  if (message !== undefined) deleteForever(mailboxOf(setup), message, boxesOf(setup));
}

/** A mailbox of 60 that was read to its end. */
async function readWhole(): Promise<{ setup: GmailSetup; ids: string[]; mirror: Mirror }> {
  const setup = setUpGmail();
  const ids = fillMailbox(mailboxOf(setup), 60);
  const mirror = await new Mirror().readOn(await connectGmail(setup));
  setup.requests.length = 0;
  setup.slept.length = 0;
  return { setup, ids, mirror };
}

const isTrue = (setup: GmailSetup, mirror: Mirror, hidden = new Set<string>()): void =>
  expect(differencesOf(mirror, mailboxOf(setup), hidden)).toEqual([]);

describe("a poll", () => {
  test("asks for nothing but the history when nothing changed", async () => {
    const { setup, mirror } = await readWhole();
    const client = await connectGmail(setup);
    await mirror.readOn(client);
    setup.requests.length = 0;
    for (let n = 0; n < 5; n += 1) await mirror.readOn(client);
    expect(setup.requests).toHaveLength(5);
    expect(setup.requests.every((one) => one.startsWith("GET /gmail/v1/users/me/history?"))).toBe(true);
  });

  test("reads each new message once", async () => {
    const { setup, mirror } = await readWhole();
    const client = await connectGmail(setup);
    for (let n = 0; n < 40; n += 1) arrive(setup, `News ${n}`);
    await mirror.readOn(client);
    isTrue(setup, mirror);
    const reads = setup.world.quotas.spent("gmail");
    for (let n = 0; n < 10; n += 1) arrive(setup, `More ${n}`);
    await mirror.readOn(client);
    // 10 messages at 20 units, the batch around them, and the poll.
    expect(setup.world.quotas.spent("gmail").units - reads.units).toBe(202);
    expect(mirror.records).toBe(110);
  });

  test("says what was covered since the poll before", async () => {
    const { setup, mirror } = await readWhole();
    const before = setup.worldClock.now();
    await mirror.readOn(await connectGmail(setup));
    setup.worldClock.advance(15_000);
    const page = await (await connectGmail(setup)).pull(mirror.cursor);
    expect(page.coverage).toEqual({
      from: new Date(before).toISOString(),
      to: new Date(before + 15_000).toISOString(),
    });
  });

  test("brings labels, moves and deletions", async () => {
    const { setup, ids, mirror } = await readWhole();
    relabelAt(setup, ids[3] ?? "", [], ["UNREAD"]);
    relabelAt(setup, ids[4] ?? "", ["STARRED", "UNREAD"], ["INBOX"]);
    relabelAt(setup, ids[5] ?? "", ["TRASH"], ["INBOX"]);
    deleteAt(setup, ids[6] ?? "");
    await mirror.readOn(await connectGmail(setup));
    isTrue(setup, mirror, new Set([ids[5] ?? ""]));
    expect(mirror.mails.get(ids[5] ?? "")).toEqual(["Important", "Opened", "Trash"]);
    expect(setup.requests.some((one) => one.includes("/messages"))).toBe(false);
  });

  test("gives labels of the owner's own by name", async () => {
    const { setup, ids, mirror } = await readWhole();
    mailboxOf(setup).ownLabels.set("Label_7", "Tax 2026");
    relabelAt(setup, ids[3] ?? "", ["Label_7"], []);
    await mirror.readOn(await connectGmail(setup));
    expect(mirror.mails.get(ids[3] ?? "")).toContain("Tax 2026");
  });

  test("reads what comes out of spam or trash", async () => {
    const { setup, mirror } = await readWhole();
    const id = arrive(setup, "Held as spam", ["SPAM"]);
    const client = await connectGmail(setup);
    await mirror.readOn(client);
    expect(mirror.mails.has(id)).toBe(false);
    relabelAt(setup, id, ["INBOX"], ["SPAM"]);
    await mirror.readOn(client);
    isTrue(setup, mirror);
  });

  test("ignores the churn of drafts", async () => {
    const { setup, mirror } = await readWhole();
    const client = await connectGmail(setup);
    await mirror.readOn(client);
    setup.requests.length = 0;
    for (let n = 0; n < 8; n += 1) deleteAt(setup, arrive(setup, "Half a thought", ["DRAFT"]));
    arrive(setup, "Still a draft", ["DRAFT"]);
    const page = await client.pull(mirror.cursor);
    expect([page.records, page.gone, page.relabelled]).toEqual([[], [], []]);
    expect(setup.requests).toHaveLength(1);
    expect(setup.slept).toEqual([]);
  });

  test("reads what the owner sent, as sent", async () => {
    const { setup, mirror } = await readWhole();
    const id = arrive(setup, "From me", ["SENT"]);
    const page = await (await connectGmail(setup)).pull(mirror.cursor);
    expect(page.records.map(({ externalId, hints }) => [externalId, hints.sent])).toEqual([[id, true]]);
  });
});

describe("cases", () => {
  test("G2: pages without history do not end a poll", async () => {
    const { setup, mirror } = await readWhole();
    arrive(setup, "Behind two empty pages");
    setup.world.settings.set("gmail.emptyHistoryPages", 2);
    const before = mirror.cursor;
    const client = await connectGmail(setup);
    const first = await client.pull(before);
    expect([first.done, first.records.length]).toEqual([false, 0]);
    await mirror.readOn(client);
    isTrue(setup, mirror);
  });

  test("G3: a message that cannot be got yet is waited for; one that never can is a tombstone", async () => {
    const { setup, mirror } = await readWhole();
    setup.world.settings.set("gmail.getLagMs", 2500);
    const late = arrive(setup, "Late");
    const state = mailboxOf(setup);
    const never = newMessageId(state, setup.worldClock.now());
    const ghost = {
      id: never,
      threadId: never,
      labelIds: ["INBOX"],
      internalDate: nowMs,
      historyId: 0,
      raw: new Uint8Array(),
      arrivedAt: nowMs,
    };
    noteHistory(state, setup.worldClock.now(), "messageAdded", ghost);
    await mirror.readOn(await connectGmail(setup));
    expect(mirror.mails.has(late)).toBe(true);
    expect(mirror.pages.at(-1)?.gone).toEqual([never]);
    setup.requests.length = 0;
    await mirror.readOn(await connectGmail(setup));
    expect(setup.requests.filter((one) => one.includes("/messages"))).toEqual([]);
  });

  test("G4: a page of history applied twice, or by parts, changes nothing", async () => {
    const { setup, ids, mirror } = await readWhole();
    for (let n = 0; n < 130; n += 1) arrive(setup, `News ${n}`);
    relabelAt(setup, ids[3] ?? "", [], ["UNREAD"]);
    const client = await connectGmail(setup);
    const first = await client.pull(mirror.cursor);
    expect(first.done).toBe(false);
    expect(first.records.length).toBe(100);
    const crashed = structuredClone(mirror.cursor);
    mirror.take(first);
    mirror.cursor = crashed;
    await mirror.readOn(await connectGmail(setup));
    isTrue(setup, mirror);
  });

  test("a page token of the history that expired begins the poll anew", async () => {
    const { setup, mirror } = await readWhole();
    for (let n = 0; n < 130; n += 1) arrive(setup, `News ${n}`);
    mirror.take(await (await connectGmail(setup)).pull(mirror.cursor));
    setup.world.faults.add({ match: /history\?.*pageToken/, nth: 1, when: "before", do: "status", status: 400 });
    await mirror.readOn(await connectGmail(setup));
    isTrue(setup, mirror);
  });

  test("what is named several times in one poll is read once", async () => {
    const { setup, mirror } = await readWhole();
    const id = arrive(setup, "Moved about");
    relabelAt(setup, id, ["STARRED"], ["UNREAD"]);
    relabelAt(setup, id, [], ["STARRED"]);
    const page = await (await connectGmail(setup)).pull(mirror.cursor);
    expect(page.records.map(({ externalId }) => externalId)).toEqual([id]);
    expect(page.relabelled).toEqual([{ externalId: id, labels: ["Inbox", "Opened"] }]);
  });

  test("G9: what the search index does not know yet is not taken as missing", async () => {
    const setup = setUpGmail();
    const state = mailboxOf(setup);
    setup.world.settings.set("gmail.searchLagMs", 1_200_000);
    fillMailbox(state, 900, { stepMs: 1000, newestAgoMs: 1000 });
    const mirror = await new Mirror().readOn(await connectGmail(setup));
    isTrue(setup, mirror);
  });
});

describe("a lost history", () => {
  /** Ten days pass unseen: mail comes, goes and changes, and the history is forgotten. */
  async function loseHistory(): Promise<{ setup: GmailSetup; mirror: Mirror; hidden: Set<string> }> {
    const { setup, ids, mirror } = await readWhole();
    await mirror.readOn(await connectGmail(setup));
    const hidden = new Set<string>();
    for (let n = 0; n < 70; n += 1) {
      setup.worldClock.advance(3 * 3_600_000);
      arrive(setup, `Unseen ${n}`);
    }
    mailboxOf(setup).ownLabels.set("Label_7", "Tax 2026");
    relabelAt(setup, ids[3] ?? "", ["Label_7"], ["UNREAD"]);
    relabelAt(setup, ids[9] ?? "", ["TRASH"], ["INBOX"]);
    relabelAt(setup, ids[10] ?? "", ["UNREAD"], []);
    relabelAt(setup, ids[11] ?? "", ["SPAM"], ["INBOX"]);
    hidden.add(ids[9] ?? "").add(ids[11] ?? "");
    for (const at of [0, 20, 59]) deleteAt(setup, ids[at] ?? "");
    setup.worldClock.advance(8 * 86_400_000);
    setup.world.settings.set("gmail.historyLifeMs", 7 * 86_400_000);
    setup.requests.length = 0;
    return { setup, mirror, hidden };
  }

  test("G1: is made good once: nothing lost, nothing twice, deletions and labels in line", async () => {
    const { setup, mirror, hidden } = await loseHistory();
    const before = mirror.records;
    await mirror.readOn(await connectGmail(setup));
    isTrue(setup, mirror, hidden);
    // Bounded: the 70 new ones and less than two pages more, not the mailbox.
    expect(mirror.records - before).toBeGreaterThanOrEqual(70);
    expect(mirror.records - before).toBeLessThan(70 + 50);
    setup.requests.length = 0;
    await mirror.readOn(await connectGmail(setup));
    expect(setup.requests.filter((one) => !one.includes("/history?") && !one.includes("/token"))).toEqual([]);
  });

  test("is made good from any page of it, by the cursor alone", async () => {
    const { setup, mirror, hidden } = await loseHistory();
    await mirror.readOn({ pull: async (cursor) => (await connectGmail(setup)).pull(cursor) });
    isTrue(setup, mirror, hidden);
  });

  test("while the mailbox goes on changing", async () => {
    const { setup, mirror, hidden } = await loseHistory();
    setup.world.settings.delete("gmail.historyLifeMs");
    setup.world.faults.add({ match: /\/history\?/, nth: 1, when: "before", do: "status", status: 404 });
    const client = await connectGmail(setup);
    const victims = [...mailboxOf(setup).messages.keys()].slice(30, 50);
    let turn = 0;
    await mirror.readOn(client, () => {
      turn += 1;
      deleteAt(setup, victims[turn] ?? "");
      relabelAt(setup, victims[19 - turn] ?? "", ["STARRED"], ["INBOX"]);
      arrive(setup, `Meanwhile ${turn}`);
    });
    await mirror.readOn(client);
    isTrue(setup, mirror, hidden);
  });

  test("during the first read loses nothing either", async () => {
    const setup = setUpGmail();
    const ids = fillMailbox(mailboxOf(setup), 400);
    const mirror = new Mirror();
    mirror.take(await (await connectGmail(setup)).pull(null));
    arrive(setup, "Unseen");
    deleteAt(setup, ids[390] ?? "");
    setup.worldClock.advance(9 * 86_400_000);
    setup.world.settings.set("gmail.historyLifeMs", 7 * 86_400_000);
    await mirror.readOn(await connectGmail(setup));
    isTrue(setup, mirror);
  });
});

test("clocks that jump by days neither lose nor loop", async () => {
  for (const jumpMs of [-9 * 86_400_000, 9 * 86_400_000]) {
    const setup = setUpGmail();
    const state = mailboxOf(setup);
    fillMailbox(state, 400);
    // The connector's clock jumps; the mailbox's own does not.
    let offMs = 0;
    const { clock } = setup.deps;
    setup.deps.clock = { now: () => clock.now() + offMs, sleep: clock.sleep };
    const mirror = new Mirror();
    const client = await connectGmail(setup);
    for (let n = 0; n < 3; n += 1) mirror.take(await client.pull(mirror.cursor));
    offMs = jumpMs;
    arrive(setup, "During the jump");
    await mirror.readOn(client);
    isTrue(setup, mirror);
    arrive(setup, "While it is wrong");
    await mirror.readOn(client);
    isTrue(setup, mirror);
    setup.world.faults.add({ match: /\/history\?/, nth: 1, when: "before", do: "status", status: 404 });
    for (let n = 0; n < 80; n += 1) arrive(setup, `Before the history was lost ${n}`);
    await mirror.readOn(client);
    isTrue(setup, mirror);
    offMs = 0;
    arrive(setup, "After it");
    await mirror.readOn(client);
    isTrue(setup, mirror);
    expect(mirror.pages.length).toBeLessThan(60);
  }
});

test("a clock that is set back during the first read keeps no news away", async () => {
  const setup = setUpGmail();
  fillMailbox(mailboxOf(setup), 1500);
  let offMs = 0;
  const { clock } = setup.deps;
  setup.deps.clock = { now: () => clock.now() + offMs, sleep: clock.sleep };
  const client = await connectGmail(setup);
  const mirror = new Mirror();
  for (let n = 0; n < 3; n += 1) mirror.take(await client.pull(mirror.cursor));
  offMs = -9 * 86_400_000;
  const id = arrive(setup, "During the first read");
  for (let n = 0; n < 3; n += 1) mirror.take(await client.pull(mirror.cursor));
  expect(mirror.mails.has(id)).toBe(true);
});
