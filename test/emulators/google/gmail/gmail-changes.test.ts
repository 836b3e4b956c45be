import { describe, expect, test } from "vitest";
import { arrive, ben, clara, gmailOf, makeWorld, rawMail, statusOf } from "../google-fixture.ts";

const me = { userId: "me" };

describe("labels", () => {
  test("that are not there, or that nobody sets by hand, are refused and change nothing", async () => {
    const world = makeWorld();
    const id = await arrive(world, { subject: "One" });
    const api = await gmailOf(world);
    const modify = (addLabelIds: string[], removeLabelIds: string[] = []): Promise<number> =>
      statusOf(api.users.messages.modify({ ...me, id, requestBody: { addLabelIds, removeLabelIds } }));
    expect(await modify(["Label_77"])).toBe(400);
    expect(await modify(["STARRED", "SENT"])).toBe(400);
    expect(await modify([], ["DRAFT"])).toBe(400);
    expect(await modify(["STARRED"], ["STARRED"])).toBe(400);
    expect(await modify(Array.from({ length: 101 }, () => "STARRED"))).toBe(400);
    expect(await statusOf(api.users.messages.list({ ...me, labelIds: ["Holidays"] }))).toBe(400);
    const batch = { ids: [id], addLabelIds: ["SENT"] };
    expect(await statusOf(api.users.messages.batchModify({ ...me, requestBody: batch }))).toBe(400);
    const many = { ids: Array.from({ length: 1001 }, () => id), addLabelIds: ["STARRED"] };
    expect(await statusOf(api.users.messages.batchModify({ ...me, requestBody: many }))).toBe(400);
    expect((await api.users.messages.get({ ...me, id })).data.labelIds).toEqual(["INBOX", "UNREAD"]);
    expect(world.ledger.all().filter(({ kind }) => kind === "mail.labelled")).toEqual([]);
  });

  test("of the owner's own are made, renamed and removed, each name once", async () => {
    const world = makeWorld();
    const id = await arrive(world, { subject: "One" });
    const api = await gmailOf(world);
    const make = async (name: string): Promise<string> =>
      (await api.users.labels.create({ ...me, requestBody: { name } })).data.id ?? "";
    const labelId = await make("Travel");
    expect(await statusOf(make("travel"))).toBe(409);
    expect(await statusOf(make("inbox"))).toBe(409);
    expect(await statusOf(make(" "))).toBe(400);
    const other = await make("Work");
    expect(await statusOf(api.users.labels.patch({ ...me, id: other, requestBody: { name: "TRAVEL" } }))).toBe(409);
    await api.users.labels.patch({ ...me, id: other, requestBody: { name: "Office" } });
    await api.users.messages.batchModify({ ...me, requestBody: { ids: [id], addLabelIds: [labelId] } });
    const { data } = await api.users.labels.get({ ...me, id: labelId });
    expect(data).toMatchObject({ messagesTotal: 1, messagesUnread: 1, threadsTotal: 1, threadsUnread: 1 });
    expect((await api.users.messages.list({ ...me, q: "label:travel" })).data.messages).toHaveLength(1);
    await api.users.labels.delete({ ...me, id: labelId });
    expect((await api.users.messages.get({ ...me, id })).data.labelIds).not.toContain(labelId);
    expect(await statusOf(api.users.labels.get({ ...me, id: labelId }))).toBe(404);
    expect(await statusOf(api.users.labels.delete({ ...me, id: "INBOX" }))).toBe(400);
  });

  test("move into the trash and out of it, one message or a thread", async () => {
    const world = makeWorld();
    const id = await arrive(world, { subject: "One" });
    const api = await gmailOf(world);
    const { data } = await api.users.messages.trash({ ...me, id });
    expect(data.labelIds).toEqual(["UNREAD", "TRASH"]);
    expect((await api.users.messages.list(me)).data.messages).toBeUndefined();
    expect((await api.users.messages.list({ ...me, includeSpamTrash: true })).data.messages).toHaveLength(1);
    await api.users.threads.untrash({ ...me, id: data.threadId ?? "" });
    expect((await api.users.messages.get({ ...me, id })).data.labelIds).toEqual(["UNREAD"]);
    await api.users.threads.modify({ ...me, id: data.threadId ?? "", requestBody: { addLabelIds: ["INBOX"] } });
    expect((await api.users.threads.list({ ...me, labelIds: ["INBOX"] })).data.threads).toHaveLength(1);
    await api.users.threads.delete({ ...me, id: data.threadId ?? "" });
    expect(await statusOf(api.users.threads.get({ ...me, id: data.threadId ?? "" }))).toBe(404);
    const untouched = await statusOf(api.users.messages.delete({ ...me, id }));
    expect(untouched).toBe(404);
  });
});

describe("a draft", () => {
  test("keeps its conversation when sent, and leaves it with another subject", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    const create = async (headers: Record<string, string>): Promise<[string, string]> => {
      const { data } = await api.users.drafts.create({ ...me, requestBody: { message: { raw: rawMail(headers) } } });
      return [data.id ?? "", data.message?.threadId ?? ""];
    };
    const [id, threadId] = await create({ To: ben, Subject: "Lease" });
    const edit = async (subject: string): Promise<string> => {
      const message = { raw: rawMail({ To: ben, Subject: subject }) };
      return (await api.users.drafts.update({ ...me, id, requestBody: { message } })).data.message?.threadId ?? "";
    };
    expect(await edit("Re: lease")).toBe(threadId);
    const moved = await edit("Rent");
    expect(moved).not.toBe(threadId);
    expect((await api.users.drafts.send({ ...me, requestBody: { id } })).data.threadId).toBe(moved);
    expect(await statusOf(api.users.threads.get({ ...me, id: threadId }))).toBe(404);
  });

  test("that cannot be sent stays", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    const message = { raw: rawMail({ Subject: "To nobody" }) };
    const id = (await api.users.drafts.create({ ...me, requestBody: { message } })).data.id ?? "";
    expect(await statusOf(api.users.drafts.send({ ...me, requestBody: { id } }))).toBe(400);
    expect((await api.users.drafts.list(me)).data.drafts).toHaveLength(1);
    const replaced = { id, message: { raw: rawMail({ To: ben, Subject: "To Ben" }) } };
    await api.users.drafts.send({ ...me, requestBody: replaced });
    expect((await api.users.drafts.list(me)).data.drafts).toBeUndefined();
    const ofBen = await gmailOf(world, ben);
    expect((await ofBen.users.messages.list({ ...me, q: "subject:(to ben)" })).data.messages).toHaveLength(1);
  });

  test("leaves a trail of new and deleted messages with every saving", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    const startHistoryId = (await api.users.getProfile(me)).data.historyId ?? "";
    const message = { raw: rawMail({ To: ben, Subject: "Lease" }) };
    const id = (await api.users.drafts.create({ ...me, requestBody: { message } })).data.id ?? "";
    await api.users.drafts.update({ ...me, id, requestBody: { message } });
    await api.users.drafts.update({ ...me, id, requestBody: { message } });
    await api.users.drafts.delete({ ...me, id });
    const { data } = await api.users.history.list({ ...me, startHistoryId });
    const kinds = (data.history ?? []).map((one) => (one.messagesAdded === undefined ? "deleted" : "added"));
    expect(kinds).toEqual(["added", "deleted", "added", "deleted", "added", "deleted"]);
    expect(data.history?.[0]?.messagesAdded?.[0]?.message?.labelIds).toEqual(["DRAFT"]);
  });
});

describe("sending and inserting", () => {
  test("takes an address of the account's own, whatever the mail says", async () => {
    const world = makeWorld();
    world.state("gmail", clara).sendAs.push({
      sendAsEmail: "office@weiss.example",
      displayName: "Office",
      isPrimary: false,
      isDefault: false,
      verificationStatus: "pending",
    });
    const api = await gmailOf(world);
    const send = async (from: string): Promise<string> => {
      const raw = rawMail({ From: from, To: "x@x.example", Subject: "Hi" });
      const { data } = await api.users.messages.send({ ...me, requestBody: { raw } });
      const copy = await api.users.messages.get({ ...me, id: data.id ?? "", format: "metadata" });
      const froms = copy.data.payload?.headers?.filter(({ name }) => name === "From") ?? [];
      expect(froms).toHaveLength(1);
      return froms[0]?.value ?? "";
    };
    expect(await send("Chief <chief@bank.example>")).toBe(clara);
    expect(await send("Office <office@weiss.example>")).toBe(clara);
    for (const alias of world.state("gmail", clara).sendAs) alias.verificationStatus = "accepted";
    expect(await send("Office <office@weiss.example>")).toBe("Office <office@weiss.example>");
    expect((await api.users.settings.sendAs.list(me)).data.sendAs).toHaveLength(2);
  });

  test("puts what is sent to oneself down once, in both places", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    const raw = rawMail({ To: `Me <${clara}>`, Subject: "Note" });
    const { data } = await api.users.messages.send({ ...me, requestBody: { raw } });
    expect(data.labelIds).toEqual(["SENT", "INBOX", "UNREAD"]);
    expect((await api.users.getProfile(me)).data.messagesTotal).toBe(1);
  });

  test("refuses too many recipients, unknown threads and what is no mail", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    const to = Array.from({ length: 501 }, (_, n) => `p${n}@x.example`).join(", ");
    const status = (requestBody: { raw?: string; threadId?: string }): Promise<number> =>
      statusOf(api.users.messages.send({ ...me, requestBody }));
    expect(await status({ raw: rawMail({ To: to }) })).toBe(400);
    expect(await status({ raw: rawMail({ To: ben }), threadId: "00ab" })).toBe(404);
    expect(await status({})).toBe(400);
    expect(await status({ raw: Buffer.alloc(36_700_161, "a").toString("base64url") })).toBe(413);
    expect(world.ledger.all()).toEqual([]);
  });

  test("hides the blind copy from those who get it", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    const raw = rawMail({ To: "x@x.example", Bcc: ben, Subject: "Hi" });
    await api.users.messages.send({ ...me, requestBody: { raw } });
    const ofBen = await gmailOf(world, ben);
    const id = (await ofBen.users.messages.list(me)).data.messages?.[0]?.id ?? "";
    const got = (await ofBen.users.messages.get({ ...me, id, format: "raw" })).data.raw ?? "";
    expect(Buffer.from(got, "base64url").toString()).not.toContain(ben);
  });

  test("dates what is inserted by its arrival, what is imported by its own header", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    const raw = rawMail({ Date: "Mon, 02 Mar 2020 10:00:00 +0100", Subject: "Old" });
    const inserted = await api.users.messages.insert({ ...me, requestBody: { raw, labelIds: ["INBOX"] } });
    const imported = await api.users.messages.import({ ...me, requestBody: { raw } });
    expect(Number(inserted.data.internalDate)).toBe(world.clock.now());
    expect(Number(imported.data.internalDate)).toBe(Date.parse("2020-03-02T09:00:00Z"));
    const drafted = api.users.messages.insert({ ...me, requestBody: { raw, labelIds: ["DRAFT"] } });
    expect(await statusOf(drafted)).toBe(400);
    expect((await api.users.messages.list(me)).data.messages?.map(({ id }) => id)).toEqual([
      inserted.data.id,
      imported.data.id,
    ]);
  });
});

describe("a received mail", () => {
  test("G13: joins a conversation only with a reference and its subject", async () => {
    const world = makeWorld();
    const first = await arrive(world, { subject: "Lease" });
    const api = await gmailOf(world);
    const head = (await api.users.messages.get({ ...me, id: first, format: "metadata" })).data.payload?.headers;
    const inReplyTo = head?.find(({ name }) => name === "Message-ID")?.value ?? "";
    const threadOf = async (mail: Record<string, unknown>): Promise<string> =>
      (await api.users.messages.get({ ...me, id: await arrive(world, mail) })).data.threadId ?? "";
    expect(await threadOf({ subject: "Re: AW: lease", inReplyTo })).toBe(first);
    expect(await threadOf({ subject: "Lease" })).not.toBe(first);
    expect(await threadOf({ subject: "Lease", inReplyTo: "<other@x.example>" })).not.toBe(first);
    expect(await threadOf({ subject: "Rent", inReplyTo })).not.toBe(first);
  });
});
