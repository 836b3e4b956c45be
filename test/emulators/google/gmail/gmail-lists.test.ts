import { describe, expect, test } from "vitest";
import { arrive, base, bearerOf, clara, gmailOf, makeWorld, nowMs, statusOf } from "../google-fixture.ts";

const me = { userId: "me" };

describe("a page token", () => {
  test("belongs to the list it was given for, and can grow too old", async () => {
    const world = makeWorld({ seeded: true });
    const api = await gmailOf(world);
    const list = { ...me, maxResults: 10, labelIds: ["INBOX"] };
    const pageToken = (await api.users.messages.list(list)).data.nextPageToken ?? "";
    expect(await statusOf(api.users.messages.list({ ...list, pageToken, maxResults: 500 }))).toBe(200);
    expect(await statusOf(api.users.messages.list({ ...list, pageToken, labelIds: ["SENT"] }))).toBe(400);
    expect(await statusOf(api.users.messages.list({ ...list, pageToken, q: "lease" }))).toBe(400);
    expect(await statusOf(api.users.threads.list({ ...list, pageToken }))).toBe(400);
    expect(await statusOf(api.users.messages.list({ ...list, pageToken: "garbage" }))).toBe(400);
    world.settings.set("gmail.pageTokenLifeMs", 60_000);
    world.clock.advance(60_001);
    expect(await statusOf(api.users.messages.list({ ...list, pageToken }))).toBe(400);
  });

  test("of the history belongs to where it began", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    for (let n = 0; n < 5; n += 1) await arrive(world, { subject: `${n}` });
    const first = await api.users.history.list({ ...me, startHistoryId: "1000", maxResults: 2 });
    const pageToken = first.data.nextPageToken ?? "";
    const next = await api.users.history.list({ ...me, startHistoryId: "1000", maxResults: 2, pageToken });
    expect(next.data.history).toHaveLength(2);
    expect(await statusOf(api.users.history.list({ ...me, startHistoryId: "1001", pageToken }))).toBe(400);
  });

  test("points at a place: what is deleted before it shifts what follows", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    const ids: string[] = [];
    for (let n = 0; n < 4; n += 1) ids.unshift(await arrive(world, { subject: `${n}` }));
    const { data } = await api.users.messages.list({ ...me, maxResults: 2 });
    await api.users.messages.delete({ ...me, id: ids[0] ?? "" });
    const rest = await api.users.messages.list({ ...me, maxResults: 2, pageToken: data.nextPageToken ?? "" });
    expect(data.messages?.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(rest.data.messages?.map(({ id }) => id)).toEqual(ids.slice(3));
  });
});

describe("the history", () => {
  test("knows nothing of before it began, and no other kinds of change", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    const list = (startHistoryId: string, historyTypes?: string[]): Promise<number> =>
      statusOf(api.users.history.list({ ...me, startHistoryId, ...(historyTypes ? { historyTypes } : {}) }));
    expect(await list("999")).toBe(404);
    expect(await list("1000")).toBe(200);
    expect(await list("")).toBe(400);
    expect(await list("soon")).toBe(400);
    expect(await list("1000", ["messageRead"])).toBe(400);
  });

  test("of one label tells what came under it and what left it", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    const id = await arrive(world, { subject: "One" });
    await arrive(world, { subject: "Two", labels: ["SPAM"] });
    await api.users.messages.modify({ ...me, id, requestBody: { removeLabelIds: ["INBOX"] } });
    const { data } = await api.users.history.list({ ...me, startHistoryId: "1000", labelId: "INBOX" });
    expect(data.history?.map(({ messages }) => messages?.[0]?.id)).toEqual([id, id]);
  });

  test("ends at the newest id though nothing of it was wanted", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    await arrive(world, { subject: "One" });
    const { data } = await api.users.history.list({
      ...me,
      startHistoryId: "1000",
      historyTypes: ["messageDeleted"],
    });
    expect(data.history).toBeUndefined();
    expect(Number(data.historyId)).toBeGreaterThan(1000);
  });
});

describe("a message", () => {
  test("names its files anew in every answer; the old names still hold", async () => {
    const world = makeWorld();
    const raw = [
      "Subject: Files",
      'Content-Type: multipart/mixed; boundary="b"',
      "",
      "--b",
      "Content-Type: text/plain",
      "",
      "See <this> & that.",
      "--b",
      'Content-Type: text/csv; name="a.csv"',
      'Content-Disposition: attachment; filename="a.csv"',
      "",
      "one,two",
      "--b--",
    ].join("\r\n");
    const id = await arrive(world, { raw: Buffer.from(raw).toString("base64") });
    const api = await gmailOf(world);
    const nameOf = async (): Promise<string> => {
      const { data } = await api.users.messages.get({ ...me, id });
      expect(data.snippet).toBe("See &lt;this&gt; &amp; that.");
      return data.payload?.parts?.[1]?.body?.attachmentId ?? "";
    };
    const [first, second] = [await nameOf(), await nameOf()];
    expect(first).not.toBe(second);
    for (const name of [first, second]) {
      const { data } = await api.users.messages.attachments.get({ ...me, messageId: id, id: name });
      expect(Buffer.from(data.data ?? "", "base64url").toString()).toBe("one,two");
    }
    expect((await api.users.messages.list({ ...me, q: "filename:csv" })).data.messages).toHaveLength(1);
    expect((await api.users.messages.list({ ...me, q: "filename:pdf" })).data.messages).toBeUndefined();
  });

  test("gives a text that is too long for one answer by reference", async () => {
    const world = makeWorld();
    const id = await arrive(world, { subject: "Long", text: "word ".repeat(30_000) });
    const api = await gmailOf(world);
    const { body } = (await api.users.messages.get({ ...me, id })).data.payload ?? {};
    expect(body?.data).toBeUndefined();
    const { data } = await api.users.messages.attachments.get({ ...me, messageId: id, id: body?.attachmentId ?? "" });
    expect(Buffer.from(data.data ?? "", "base64url").toString()).toHaveLength(150_000);
  });

  test("that cannot be got yet is not in its thread either", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    world.settings.set("gmail.getLagMs", 2000);
    const id = await arrive(world, { subject: "One" });
    expect((await api.users.messages.list(me)).data.messages?.[0]?.id).toBe(id);
    expect(await statusOf(api.users.threads.get({ ...me, id }))).toBe(404);
    world.clock.advance(2000);
    expect((await api.users.threads.get({ ...me, id })).data.messages).toHaveLength(1);
  });
});

describe("a batch", () => {
  test("holds calls of the API and nothing else, and loses patience with many", async () => {
    const world = makeWorld();
    const id = await arrive(world, { subject: "A" });
    const headers = {
      authorization: `Bearer ${await bearerOf(world)}`,
      "content-type": "multipart/mixed; boundary=b",
    };
    const ask = async (paths: readonly string[]): Promise<Response> =>
      await world.fetch(`${base}/batch/gmail/v1`, {
        method: "POST",
        headers,
        body: `${paths.map((path) => `--b\r\nContent-Type: application/http\r\n\r\nGET ${path}\r\n\r\n`).join("")}--b--`,
      });
    const path = `/gmail/v1/users/me/messages/${id}?format=minimal`;
    expect((await ask(["/_world/ledger"])).status).toBe(400);
    expect((await ask(["/batch/gmail/v1"])).status).toBe(400);
    expect((await ask(["http://127.0.0.1/gmail/v1/users/me/profile"])).status).toBe(400);
    expect((await ask([])).status).toBe(400);
    world.settings.set("gmail.batchComfort", 2);
    const text = await (await ask([path, path, path, path])).text();
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(text.match(/HTTP\/1\.1 429/g)).toHaveLength(2);
    expect(world.quotas.spent("gmail").units).toBe(40);
  });
});

describe("a mailbox in two shapes", () => {
  test("has the ids that its Takeout has, in decimal there and in hexadecimal here", async () => {
    const world = makeWorld({ seeded: true });
    const { renderMbox } = await import("../../../../src/emulators/world/mbox.ts");
    const { makeFrame } = await import("../../../../src/emulators/world/frame.ts");
    const { loadWorld } = await import("../../../../src/emulators/world/load.ts");
    const demo = loadWorld(`${import.meta.dirname}/../../../../data/demo`);
    const mbox = Buffer.from(renderMbox(demo, makeFrame(demo, nowMs))).toString("latin1");
    const separators = [...mbox.matchAll(/^From (\d+)@xxx .*\r\nX-GM-THRID: (\d+)\r\nX-Gmail-Labels: (.*)\r\n/gm)];
    const { messages, ownLabels } = world.state("gmail", clara);
    expect(separators).toHaveLength(messages.size);
    for (const [, id = "", threadId = "", labels = ""] of separators) {
      const message = messages.get(BigInt(id).toString(16).padStart(16, "0"));
      expect(BigInt(`0x${message?.threadId}`).toString()).toBe(threadId);
      for (const [word, label] of Object.entries({ Inbox: "INBOX", Unread: "UNREAD", Sent: "SENT", Spam: "SPAM" })) {
        expect(message?.labelIds.includes(label)).toBe(labels.split(",").includes(word));
      }
    }
    expect([...ownLabels.values()]).not.toContain("Opened");
  });
});
