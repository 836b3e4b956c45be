import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { headerOf, readHead, readMime, textOf } from "../../../src/emulators/google/gmail/mime-tree.ts";
import {
  arrive,
  base,
  bearerOf,
  ben,
  clara,
  everyScope,
  gmailOf,
  makeWorld,
  rawMail,
  statusOf,
} from "./google-fixture.ts";

const me = { userId: "me" };

describe("the emulated mailbox", () => {
  test("holds the demo life, newest first, without Takeout's own headers", async () => {
    const world = makeWorld({ seeded: true });
    const api = await gmailOf(world);
    const { data: profile } = await api.users.getProfile(me);
    expect(profile).toMatchObject({ emailAddress: clara, messagesTotal: 395 });
    const { data: list } = await api.users.messages.list({ ...me, maxResults: 50 });
    const dates: number[] = [];
    for (const { id } of list.messages ?? []) {
      const { data } = await api.users.messages.get({ ...me, id: id ?? "", format: "raw" });
      dates.push(Number(data.internalDate));
      expect(Buffer.from(data.raw ?? "", "base64url").toString("latin1")).not.toMatch(/^X-(?:GM-THRID|Gmail-Labels)/m);
    }
    expect(dates).toEqual(dates.toSorted((a, b) => b - a));
  });

  test("pages through everything once, spam and trash only when asked", async () => {
    const world = makeWorld({ seeded: true });
    const api = await gmailOf(world);
    const seen: string[] = [];
    let pageToken: string | undefined;
    do {
      const { data } = await api.users.messages.list({ ...me, maxResults: 100, ...(pageToken ? { pageToken } : {}) });
      seen.push(...(data.messages ?? []).map(({ id }) => id ?? ""));
      pageToken = data.nextPageToken ?? undefined;
    } while (pageToken !== undefined);
    const spam = (await api.users.messages.list({ ...me, labelIds: ["SPAM"], maxResults: 500 })).data.messages ?? [];
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length + spam.length).toBe(395);
    expect(spam.length).toBeGreaterThan(0);
  });

  test("charges what Google charges, and refuses with the instant to come back", async () => {
    const world = makeWorld({ seeded: true });
    world.quotas.limit("gmail", 26);
    const api = await gmailOf(world);
    const { data } = await api.users.messages.list({ ...me, maxResults: 1 });
    await api.users.messages.get({ ...me, id: data.messages?.[0]?.id ?? "" });
    expect(world.quotas.spent("gmail")).toEqual({ requests: 2, units: 25 });
    const refused = await api.users.messages.list(me).catch((error: unknown) => error);
    expect(String(refused)).toContain("Retry after 2026-11-14T08:13:00.000Z");
    world.clock.advance(60_000);
    expect(await statusOf(api.users.messages.list(me))).toBe(200);
  });

  test("tells one account nothing of the other, and a wrong token nothing at all", async () => {
    const world = makeWorld({ seeded: true });
    const api = await gmailOf(world, ben);
    expect((await api.users.messages.list(me)).data.messages).toBeUndefined();
    expect(await statusOf(api.users.messages.list({ userId: clara }))).toBe(403);
    const answer = await world.fetch(`${base}/gmail/v1/users/me/profile`, { headers: { authorization: "Bearer no" } });
    expect(answer.status).toBe(401);
  });

  test("refuses what the grant does not cover, with Google's reason", async () => {
    const world = makeWorld({ seeded: true });
    const readOnly = await gmailOf(world, clara, ["https://www.googleapis.com/auth/gmail.readonly"]);
    const id = (await readOnly.users.messages.list(me)).data.messages?.[0]?.id ?? "";
    expect(await statusOf(readOnly.users.messages.trash({ ...me, id }))).toBe(403);
    const none = await bearerOf(world, clara, ["https://www.googleapis.com/auth/calendar"]);
    const answer = await world.fetch(`${base}/gmail/v1/users/me/profile`, {
      headers: { authorization: `Bearer ${none}` },
    });
    expect(await answer.text()).toContain("ACCESS_TOKEN_SCOPE_INSUFFICIENT");
  });
});

describe("its search", () => {
  test("knows the operators that programs use", async () => {
    const world = makeWorld();
    await arrive(world, { from: "Tom <tom@lumen.example>", subject: "The lease", text: "Number 4711 is signed." });
    await arrive(world, { from: "Ana <ana@x.example>", subject: "Lunch", text: "On Tuesday?", labels: ["INBOX"] });
    const api = await gmailOf(world);
    const count = async (q: string): Promise<number> =>
      (await api.users.messages.list({ ...me, q })).data.messages?.length ?? 0;
    expect(await count("from:tom")).toBe(1);
    expect(await count("subject:(the lease)")).toBe(1);
    expect(await count("4711")).toBe(1);
    expect(await count("from:tom OR from:ana")).toBe(2);
    expect(await count("-from:tom")).toBe(1);
    expect(await count("is:unread")).toBe(1);
    expect(await count("after:2026/11/14")).toBe(2);
    expect(await count("before:2026/11/14")).toBe(0);
    expect(await count("newer_than:1d larger:10M")).toBe(0);
    expect(await count("has:attachment")).toBe(0);
  });

  test("lags behind while labels list at once", async () => {
    const world = makeWorld();
    world.settings.set("gmail.searchLagMs", 120_000);
    await arrive(world, { from: "Tom <tom@lumen.example>", subject: "Now" });
    const api = await gmailOf(world);
    expect((await api.users.messages.list({ ...me, q: "from:tom" })).data.messages).toBeUndefined();
    expect((await api.users.messages.list({ ...me, labelIds: ["INBOX"] })).data.messages).toHaveLength(1);
    world.clock.advance(121_000);
    expect((await api.users.messages.list({ ...me, q: "from:tom" })).data.messages).toHaveLength(1);
  });

  test("finds a mail by its Message-ID", async () => {
    const world = makeWorld({ seeded: true });
    const api = await gmailOf(world);
    const id = (await api.users.messages.list({ ...me, maxResults: 1 })).data.messages?.[0]?.id ?? "";
    const { data } = await api.users.messages.get({ ...me, id, format: "metadata", metadataHeaders: ["Message-ID"] });
    expect(data.payload?.headers).toHaveLength(1);
    const messageId = data.payload?.headers?.[0]?.value ?? "";
    const found = await api.users.messages.list({ ...me, q: `rfc822msgid:${messageId}` });
    expect(found.data.messages?.map((one) => one.id)).toEqual([id]);
  });
});

describe("its history", () => {
  test("has no history key when nothing is new, and grows with gaps", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    const startHistoryId = (await api.users.getProfile(me)).data.historyId ?? "";
    expect((await api.users.history.list({ ...me, startHistoryId })).data).toEqual({ historyId: startHistoryId });
    const id = await arrive(world, { subject: "One" });
    await api.users.messages.modify({ ...me, id, requestBody: { removeLabelIds: ["UNREAD"] } });
    await api.users.messages.delete({ ...me, id });
    const { data } = await api.users.history.list({ ...me, startHistoryId });
    const ids = (data.history ?? []).map((one) => Number(one.id));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(Number(data.historyId)).toBe(ids.at(-1));
    expect(data.history?.map((one) => Object.keys(one).filter((key) => key.endsWith("ed")))).toEqual([
      ["messagesAdded"],
      ["labelsRemoved"],
      ["messagesDeleted"],
    ]);
    const added = await api.users.history.list({ ...me, startHistoryId, historyTypes: ["messageAdded"] });
    expect(added.data.history).toHaveLength(1);
  });

  test("is 404 for an id that is too old, or that never was", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    const startHistoryId = (await api.users.getProfile(me)).data.historyId ?? "";
    await arrive(world, { subject: "One" });
    world.settings.set("gmail.historyLifeMs", 7 * 86_400_000);
    world.clock.advance(8 * 86_400_000);
    const later = await gmailOf(world);
    expect(await statusOf(later.users.history.list({ ...me, startHistoryId }))).toBe(404);
    expect(await statusOf(later.users.history.list({ ...me, startHistoryId: "99999999" }))).toBe(404);
  });

  test("can give pages that hold nothing and go on", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    await arrive(world, { subject: "One" });
    world.settings.set("gmail.emptyHistoryPages", 2);
    const first = (await api.users.history.list({ ...me, startHistoryId: "1000" })).data;
    expect(first.history).toBeUndefined();
    const second = (
      await api.users.history.list({ ...me, startHistoryId: "1000", pageToken: first.nextPageToken ?? "" })
    ).data;
    const third = (
      await api.users.history.list({ ...me, startHistoryId: "1000", pageToken: second.nextPageToken ?? "" })
    ).data;
    expect(third.history).toHaveLength(1);
    expect(third.nextPageToken).toBeUndefined();
  });

  test("names a message that cannot be got for a moment", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    world.settings.set("gmail.getLagMs", 3000);
    const id = await arrive(world, { subject: "One" });
    expect(await statusOf(api.users.messages.get({ ...me, id }))).toBe(404);
    world.clock.advance(3000);
    expect(await statusOf(api.users.messages.get({ ...me, id }))).toBe(200);
  });
});

describe("sending", () => {
  test("gives the mail another id and Message-ID, keeps X headers, and reaches the other account", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    const raw = rawMail({
      From: clara,
      To: ben,
      Subject: "Hi",
      "Message-ID": "<mine@steward>",
      "X-Steward-Action": "01J",
    });
    const { data: draft } = await api.users.drafts.create({ ...me, requestBody: { message: { raw } } });
    const { data: sent } = await api.users.drafts.send({ ...me, requestBody: { id: draft.id ?? "" } });
    expect(sent.id).not.toBe(draft.message?.id);
    const { data: copy } = await api.users.messages.get({ ...me, id: sent.id ?? "", format: "metadata" });
    const headers = new Map((copy.payload?.headers ?? []).map(({ name, value }) => [name, value]));
    expect(headers.get("Message-ID")).toMatch(/^<CA.{43}@mail\.gmail\.com>$/);
    expect(headers.get("X-Steward-Action")).toBe("01J");
    expect(await statusOf(api.users.drafts.send({ ...me, requestBody: { id: draft.id ?? "" } }))).toBe(404);
    const other = await gmailOf(world, ben);
    expect((await other.users.messages.list({ ...me, q: "from:clara" })).data.messages).toHaveLength(1);
    expect(world.ledger.all().filter(({ kind }) => kind === "mail.sent")).toHaveLength(1);
  });

  test("joins a thread only with the id, a reference and the subject together", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    const id = await arrive(world, { from: `Ben <${ben}>`, subject: "Lease" });
    const parent = (await api.users.messages.get({ ...me, id, format: "metadata" })).data;
    const reference = parent.payload?.headers?.find(({ name }) => name === "Message-ID")?.value ?? "";
    const threadId = parent.threadId ?? "";
    const send = async (headers: Record<string, string>): Promise<boolean> => {
      const raw = rawMail({ From: clara, To: ben, ...headers });
      return (await api.users.messages.send({ ...me, requestBody: { raw, threadId } })).data.threadId === threadId;
    };
    expect(await send({ Subject: "Re: Lease", "In-Reply-To": reference, References: reference })).toBe(true);
    expect(await send({ Subject: "Re: Lease" })).toBe(false);
    expect(await send({ Subject: "Something else", "In-Reply-To": reference, References: reference })).toBe(false);
  });

  test("keeps a draft's id while every edit changes its message", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    const { data: draft } = await api.users.drafts.create({
      ...me,
      requestBody: { message: { raw: rawMail({ To: ben }) } },
    });
    const { data: edited } = await api.users.drafts.update({
      ...me,
      id: draft.id ?? "",
      requestBody: { message: { raw: rawMail({ To: ben }, "Another text.") } },
    });
    expect(edited.id).toBe(draft.id);
    expect(edited.message?.id).not.toBe(draft.message?.id);
    expect(await statusOf(api.users.messages.get({ ...me, id: draft.message?.id ?? "" }))).toBe(404);
  });
});

describe("a batch", () => {
  const ask = async (world: ReturnType<typeof makeWorld>, paths: readonly string[]): Promise<Response> =>
    await world.fetch(`${base}/batch/gmail/v1`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${await bearerOf(world, clara, everyScope)}`,
        "content-type": "multipart/mixed; boundary=b1",
      },
      body: `${paths
        .map((path, at) => `--b1\r\nContent-Type: application/http\r\nContent-ID: <i${at}>\r\n\r\nGET ${path}\r\n\r\n`)
        .join("")}--b1--\r\n`,
    });

  test("answers every part by its Content-ID, in an order of its own", async () => {
    const world = makeWorld();
    const ids = [await arrive(world, { subject: "A" }), await arrive(world, { subject: "B" })];
    const text = await (
      await ask(
        world,
        ids.map((id) => `/gmail/v1/users/me/messages/${id}?format=minimal`),
      )
    ).text();
    expect(text.indexOf("response-i1")).toBeLessThan(text.indexOf("response-i0"));
    for (const id of ids) expect(text).toContain(`"id":"${id}"`);
    expect(world.quotas.spent("gmail")).toEqual({ requests: 2, units: 40 });
  });

  test("lets single parts fail, and refuses more than a hundred", async () => {
    const world = makeWorld();
    const id = await arrive(world, { subject: "A" });
    world.faults.add({ match: /messages\/.*minimal/, nth: 2, when: "before", do: "status", status: 429 });
    const path = `/gmail/v1/users/me/messages/${id}?format=minimal`;
    const text = await (await ask(world, [path, path, path])).text();
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(text.match(/HTTP\/1\.1 429/g)).toHaveLength(1);
    expect(
      (
        await ask(
          world,
          Array.from({ length: 101 }, () => path),
        )
      ).status,
    ).toBe(400);
  });
});

describe("reading mail apart", () => {
  test("gives files by reference and texts in UTF-8, whatever their charset and encoding", async () => {
    const world = makeWorld();
    const raw = Buffer.from(
      [
        "From: =?ISO-8859-1?Q?J=FCrgen?= <j@x.example>",
        'Content-Type: multipart/mixed; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain; charset=iso-8859-1",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "Gr=FC=DFe aus K=F6ln, das ist eine l=",
        "ange Zeile.",
        "--b",
        'Content-Type: application/pdf; name="a.pdf"',
        'Content-Disposition: attachment; filename="a.pdf"',
        "Content-Transfer-Encoding: base64",
        "",
        "JVBERi0=",
        "--b--",
      ].join("\r\n"),
      "latin1",
    );
    const id = await arrive(world, { raw: raw.toString("base64") });
    const api = await gmailOf(world);
    const { data } = await api.users.messages.get({ ...me, id, format: "full" });
    const [text, file] = data.payload?.parts ?? [];
    expect(data.payload?.headers?.[0]?.value).toBe("Jürgen <j@x.example>");
    expect(Buffer.from(text?.body?.data ?? "", "base64url").toString()).toBe(
      "Grüße aus Köln, das ist eine lange Zeile.",
    );
    expect(file).toMatchObject({ filename: "a.pdf", mimeType: "application/pdf" });
    const body = await api.users.messages.attachments.get({ ...me, messageId: id, id: file?.body?.attachmentId ?? "" });
    expect(Buffer.from(body.data.data ?? "", "base64url").toString()).toBe("%PDF-");
    expect(await statusOf(api.users.messages.attachments.get({ ...me, messageId: id, id: "bm8" }))).toBe(400);
  });

  test("never throws on damage", () => {
    for (const text of [
      "",
      "no header at all",
      "Content-Type: multipart/mixed; boundary=x\n\n--x\n--x\n--x",
      ":\n\n",
      "a:b",
    ]) {
      const part = readMime(Buffer.from(text));
      expect(typeof textOf(part)).toBe("string");
      expect(headerOf(readHead(Buffer.from(text)), "subject")).toBeNull();
    }
  });
});

test("what a mailbox holds is the same after a snapshot is put back", async () => {
  const world = makeWorld();
  await arrive(world, { subject: "Before" });
  const snapshot = world.snapshot();
  const hash = (): string => createHash("sha256").update(JSON.stringify(world.snapshot().ledger)).digest("hex");
  const before = hash();
  await arrive(world, { subject: "After" });
  world.restore(snapshot);
  expect(hash()).toBe(before);
  expect(world.state("gmail", clara).messages.size).toBe(1);
  world.reset();
  expect(world.state("gmail", clara).messages.size).toBe(0);
});
