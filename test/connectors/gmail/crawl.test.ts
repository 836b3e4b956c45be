import { expect, test } from "vitest";
import { deliverMail } from "../../../src/emulators/google/gmail/deliver-mail.ts";
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

test("a first read takes everything, newest first, and says how far it is", async () => {
  const setup = setUpGmail();
  const ids = fillMailbox(mailboxOf(setup), 1200);
  const mirror = await new Mirror().readOn(await connectGmail(setup));
  expect(differencesOf(mirror, mailboxOf(setup))).toEqual([]);
  expect(mirror.records).toBe(1200);
  const order = mirror.pages.flatMap(({ records }) => records.map(({ externalId }) => externalId));
  expect(order).toEqual(ids.toReversed());
  expect(mirror.pages[0]?.records).toHaveLength(25);
  expect(mirror.pages[0]?.progress).toEqual({ done: 25, total: 1200, unit: "records" });
  expect(mirror.pages.at(-1)?.done).toBe(true);
});

test("what was seen reaches from the oldest mail read to the last poll", async () => {
  const setup = setUpGmail();
  fillMailbox(mailboxOf(setup), 60, { stepMs: 86_400_000 });
  const client = await connectGmail(setup);
  const first = await client.pull(null);
  const newestMs = nowMs - 3_600_000;
  expect(first.coverage).toEqual({
    from: new Date(newestMs - 24 * 86_400_000).toISOString(),
    to: new Date(nowMs).toISOString(),
  });
});

test("an empty mailbox is read at once", async () => {
  const setup = setUpGmail();
  const mirror = await new Mirror().readOn(await connectGmail(setup));
  expect([mirror.records, mirror.pages.length]).toEqual([0, 2]);
});

test.each([
  ["old mail, listed by date", 3_600_000],
  ["mail of the last hour, listed by page", 1000],
])("a first read goes on from any page by its cursor alone, with nothing twice: %s", async (_, stepMs) => {
  const setup = setUpGmail();
  fillMailbox(mailboxOf(setup), 1125, { stepMs, newestAgoMs: 60_000 });
  const mirror = new Mirror();
  await mirror.readOn({ pull: async (cursor) => (await connectGmail(setup)).pull(cursor) });
  expect(differencesOf(mirror, mailboxOf(setup))).toEqual([]);
  expect(mirror.records).toBe(1125);
});

test("the same cursor gives the same page again", async () => {
  const setup = setUpGmail();
  fillMailbox(mailboxOf(setup), 120);
  const client = await connectGmail(setup);
  const first = await client.pull(null);
  const [once, again] = [await client.pull(first.cursor), await client.pull(first.cursor)];
  expect(again.records.map(({ externalId }) => externalId)).toEqual(once.records.map(({ externalId }) => externalId));
  expect(again.cursor).toEqual(once.cursor);
});

test("a mailbox that changes while it is read ends as it really is", async () => {
  const setup = setUpGmail();
  const state = mailboxOf(setup);
  const ids = fillMailbox(state, 1300);
  const mirror = new Mirror();
  let turn = 0;
  const client = await connectGmail(setup);
  await mirror.readOn(client, () => {
    turn += 1;
    const now = setup.worldClock.now();
    // Everything at once: newer and older mail deleted, moved, read, and new mail.
    for (const at of [1299 - turn * 20, 1298 - turn * 20, turn * 11]) {
      const message = state.messages.get(ids[at] ?? "");
      if (message !== undefined) deleteForever(state, message, boxesOf(setup));
    }
    const labelled = [state.messages.get(ids[1290 - turn * 30] ?? ""), state.messages.get(ids[turn * 13] ?? "")];
    for (const message of labelled) {
      if (message !== undefined)
        changeLabels(state, message, { add: ["STARRED"], remove: ["UNREAD", "INBOX"] }, boxesOf(setup));
    }
    const compose = { from: "New <new@elsewhere.example>", to: clara, subject: `New ${turn}`, text: "Now." };
    if (turn < 30)
      deliverMail(setup.world, state, clara, { compose, labelIds: ["INBOX", "UNREAD"], internalDate: now });
  });
  expect(turn).toBeGreaterThan(25);
  await mirror.readOn(client);
  expect(differencesOf(mirror, state)).toEqual([]);
});

test("mail that arrives during the first read is seen before the read ends", async () => {
  const setup = setUpGmail();
  const state = mailboxOf(setup);
  fillMailbox(state, 1500);
  const mirror = new Mirror();
  let arrived = "";
  let seenAt = -1;
  await mirror.readOn(await connectGmail(setup), () => {
    if (mirror.pages.length === 3) {
      const compose = { from: "a@elsewhere.example", to: clara, subject: "Now", text: "Now." };
      arrived = deliverMail(setup.world, state, clara, { compose, labelIds: ["INBOX"] }).id;
    }
    if (seenAt < 0 && mirror.mails.has(arrived)) seenAt = mirror.pages.length;
  });
  expect(seenAt).toBeGreaterThan(3);
  expect(seenAt).toBeLessThan(10);
  expect(mirror.pages.length).toBeGreaterThan(30);
});

test("drafts, spam and trash are not read", async () => {
  const setup = setUpGmail();
  const state = mailboxOf(setup);
  const ids = fillMailbox(state, 40);
  for (const [at, label] of [
    ["3", "DRAFT"],
    ["5", "SPAM"],
    ["7", "TRASH"],
  ] as const) {
    const message = state.messages.get(ids[Number(at)] ?? "");
    if (message !== undefined) message.labelIds = [label];
  }
  const mirror = await new Mirror().readOn(await connectGmail(setup));
  expect(mirror.mails.size).toBe(37);
  expect(differencesOf(mirror, state)).toEqual([]);
});

test("page tokens that expire lose nothing and repeat little", async () => {
  const setup = setUpGmail();
  // All so new that lists are gone through by page.
  fillMailbox(mailboxOf(setup), 1400, { stepMs: 1000, newestAgoMs: 60_000 });
  setup.world.settings.set("gmail.pageTokenLifeMs", 60_000);
  const mirror = await new Mirror().readOn(await connectGmail(setup));
  expect(differencesOf(mirror, mailboxOf(setup))).toEqual([]);
  expect(mirror.records).toBe(1400);
});

test("more messages of one second than a list holds are all read", async () => {
  const setup = setUpGmail();
  fillMailbox(mailboxOf(setup), 1300, { stepMs: 0, newestAgoMs: 90 * 86_400_000 });
  const mirror = await new Mirror().readOn(await connectGmail(setup));
  expect(differencesOf(mirror, mailboxOf(setup))).toEqual([]);
});

test("big messages are fetched alone, huge ones without their attachments", async () => {
  const setup = setUpGmail();
  const state = mailboxOf(setup);
  fillMailbox(state, 30);
  const [id = ""] = fillMailbox(state, 1, { first: 900, newestAgoMs: 1000 });
  const big = state.messages.get(id);
  if (big === undefined) throw new Error("not there");
  const body = Buffer.alloc(11_000_000, "QUJD\r\n");
  big.raw = Buffer.concat([
    Buffer.from(
      'Subject: Plans\r\nFrom: a@elsewhere.example\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n',
    ),
    Buffer.from("Content-Type: text/plain\r\n\r\nThe plans are attached.\r\n--b\r\n"),
    Buffer.from(
      'Content-Type: application/pdf; name="plans.pdf"\r\nContent-Disposition: attachment; filename="plans.pdf"\r\n',
    ),
    Buffer.from("Content-Transfer-Encoding: base64\r\n\r\n"),
    body,
    Buffer.from("\r\n--b--\r\n"),
  ]);
  const mirror = await new Mirror().readOn(await connectGmail(setup));
  const record = mirror.pages.flatMap(({ records }) => records).find(({ externalId }) => externalId === id);
  expect(record?.bytes.length).toBeLessThan(2000);
  expect(record?.hints.truncatedFromBytes).toBe(big.raw.byteLength);
  expect(Buffer.from(record?.bytes ?? []).toString()).toContain("plans.pdf");
  const wanted = await (await connectGmail(setup, { wanted: [id, "00ff"] })).pull(null);
  expect(Buffer.from(wanted.records[0]?.bytes ?? []).equals(big.raw)).toBe(true);
  expect([wanted.gone, wanted.done]).toEqual([["00ff"], true]);
});
