import type { gmail_v1 } from "@googleapis/gmail";
import { describe, expect, test } from "vitest";
import { rewriteDraft } from "../../../../src/emulators/google/gmail/routes-drafts.ts";
import { ben, clara, gmailOf, makeWorld, rawMail, statusOf } from "../google-fixture.ts";

const me = { userId: "me" };
const sendRoute = /POST .*\/drafts\/send$/;

async function draftTo(api: gmail_v1.Gmail, action: string): Promise<string> {
  const raw = rawMail({ To: ben, Subject: "Lease", "Message-ID": "<own@steward>", "X-Steward-Action": action });
  return (await api.users.drafts.create({ ...me, requestBody: { message: { raw } } })).data.id ?? "";
}

async function sentWith(api: gmail_v1.Gmail, action: string): Promise<number> {
  const { data } = await api.users.messages.list({ ...me, labelIds: ["SENT"] });
  let found = 0;
  for (const { id } of data.messages ?? []) {
    const message = await api.users.messages.get({
      ...me,
      id: id ?? "",
      format: "metadata",
      metadataHeaders: ["X-Steward-Action"],
    });
    if (message.data.payload?.headers?.some(({ value }) => value === action)) found += 1;
  }
  return found;
}

describe("sending a draft", () => {
  test("G5: took place though the answer was lost: one mail, found by its own header and not by its Message-ID", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    const id = await draftTo(api, "01J5");
    world.faults.add({ match: sendRoute, nth: 1, when: "after", do: "drop" });
    await expect(api.users.drafts.send({ ...me, requestBody: { id } })).rejects.toThrow();
    expect(await statusOf(api.users.drafts.get({ ...me, id }))).toBe(404);
    expect(await sentWith(api, "01J5")).toBe(1);
    const byId = await api.users.messages.list({ ...me, q: "rfc822msgid:own@steward" });
    expect(byId.data.messages).toBeUndefined();
    expect(await statusOf(api.users.drafts.send({ ...me, requestBody: { id } }))).toBe(404);
    expect(world.ledger.all().filter(({ kind }) => kind === "mail.delivered")).toHaveLength(1);
  });

  test("G6: did not take place where Google says 503 before: the same draft is sent once", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    const id = await draftTo(api, "01J6");
    world.faults.add({ match: sendRoute, nth: 1, when: "before", do: "status", status: 503 });
    expect(await statusOf(api.users.drafts.send({ ...me, requestBody: { id } }))).toBe(503);
    expect(await sentWith(api, "01J6")).toBe(0);
    expect(await statusOf(api.users.drafts.get({ ...me, id }))).toBe(200);
    expect(await statusOf(api.users.drafts.send({ ...me, requestBody: { id } }))).toBe(200);
    expect(await sentWith(api, "01J6")).toBe(1);
  });

  test("G7: shows what somebody changed in between, under the same id", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    const id = await draftTo(api, "01J7");
    const rawOf = async (): Promise<string> =>
      (await api.users.drafts.get({ ...me, id, format: "raw" })).data.message?.raw ?? "";
    const before = await rawOf();
    const state = world.state("gmail", clara);
    const boxes = { shared: world, stateOf: () => state };
    const edited = Buffer.from(rawMail({ To: ben, Subject: "Lease" }, "Changed by hand."), "base64url");
    rewriteDraft(boxes, state, state.drafts.get(id) ?? { id, messageId: "" }, edited, null);
    expect(await rawOf()).not.toBe(before);
  });

  test("G9: is not found by a search for two minutes, and at once by its label", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    world.settings.set("gmail.searchLagMs", 120_000);
    await api.users.drafts.send({ ...me, requestBody: { id: await draftTo(api, "01J9") } });
    const search = async (): Promise<number> =>
      (await api.users.messages.list({ ...me, q: "in:sent subject:lease" })).data.messages?.length ?? 0;
    expect(await search()).toBe(0);
    expect(await sentWith(api, "01J9")).toBe(1);
    world.clock.advance(120_000);
    expect(await search()).toBe(1);
  });
});
