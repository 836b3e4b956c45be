// Holds R4, R8, R9.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { dropMessage } from "../../../../src/emulators/google/gmail/gmail-state.ts";
import { headerOf, readHead, readMime, textOf } from "../../../../src/emulators/google/gmail/mime-tree.ts";
import { rewriteDraft } from "../../../../src/emulators/google/gmail/routes-drafts.ts";
import { clara } from "../gmail-fixture.ts";
import { alias, type MailDoor, MailLife } from "./mail-door.ts";

let life: MailLife;
const open: MailDoor[] = [];
beforeAll(async () => {
  life = await new MailLife().begin();
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

async function approvedReply(door: MailDoor, action = "gmail.reply") {
  const thread = await door.threadOf(life.ids.paul);
  const { seen, view } = await door.propose(action, { thread, text: "Yes, 14:00 is fine." });
  await door.approve(seen);
  return { seen, view };
}

/** Ends the door right before it sends: the draft is there, and nothing has left. */
async function stoppedBeforeSending(door: MailDoor) {
  const { seen } = await approvedReply(door);
  life.setup.world.faults.add({ match: /drafts\/send/, when: "before", do: "drop", nth: 1 });
  life.setup.worldClock.advance(30_000);
  await door.door.turn(new AbortController().signal);
  expect(life.state.drafts.size).toBe(1);
  return seen;
}

const boxes = () => ({ shared: life.setup.world, stateOf: () => life.state });
const theDraft = () => [...life.state.drafts.values()][0] ?? { id: "", messageId: "" };
const headersOf = (raw: Uint8Array) => (name: string) => headerOf(readHead(raw), name);

describe("sending by way of a draft", () => {
  it("keeps to the conversation, with what its readers' programs need", async () => {
    const door = await opened();
    const { seen } = await approvedReply(door);
    await door.live(seen.cardId);
    const [sent] = door.sent();
    const field = headersOf(sent?.raw ?? new Uint8Array());
    expect(sent?.threadId).toBe(life.state.messages.get(life.ids.paul)?.threadId);
    expect([field("to"), field("subject"), field("in-reply-to"), field("references"), field("from")]).toEqual([
      "Paul Adler <paul@adler.example>",
      "Re: Tuesday",
      "<t3@adler.example>",
      "<t1@adler.example> <t2@weiss.example> <t3@adler.example>",
      `"Clara W." <${alias}>`,
    ]);
    expect(textOf(readMime(sent?.raw ?? new Uint8Array())).trim()).toBe("Yes, 14:00 is fine.");
    const view = await door.door.card(seen.cardId);
    expect(view?.receipt).toBe("Sent to Paul Adler.");
  });

  it("writes nothing to Gmail before the yes", async () => {
    const door = await opened();
    const before = life.setup.world.ledger.all().length;
    for (const action of ["gmail.reply", "gmail.reply_all"]) {
      await door.propose(action, { thread: await door.threadOf(life.ids.paul), text: "Yes." });
    }
    await door.propose("gmail.archive", { threads: [await door.threadOf(life.ids.paul)] });
    expect(life.setup.world.ledger.all()).toHaveLength(before);
    expect(door.requests.filter((one) => !one.startsWith("GET") && !one.startsWith("POST /token"))).toEqual([]);
  });

  it("G5: finds what was sent by its own header when the answer was lost, though Gmail changed the Message-ID", async () => {
    const door = await opened();
    const { seen } = await approvedReply(door);
    life.setup.world.faults.add({ match: /drafts\/send/, when: "after", do: "drop" });
    expect(await door.live(seen.cardId)).toMatchObject({ state: "done" });
    expect(door.sent()).toHaveLength(1);
    expect(headersOf(door.sent()[0]?.raw ?? new Uint8Array())("message-id")).toMatch(/mail\.gmail\.com>$/);
    expect(door.requests.filter((one) => one.includes("q="))).toEqual([]);
  });

  it("G6: sends the same draft once more when the first try did not run", async () => {
    const door = await opened();
    const { seen } = await approvedReply(door);
    life.setup.world.faults.add({ match: /drafts\/send/, nth: 1, when: "before", do: "status", status: 503 });
    expect(await door.live(seen.cardId)).toMatchObject({ state: "done" });
    expect(door.sent()).toHaveLength(1);
    expect(door.requests.filter((one) => one.endsWith("/drafts/send"))).toHaveLength(2);
    expect(door.requests.filter((one) => one === "POST /gmail/v1/users/me/drafts")).toHaveLength(1);
  });

  it("G6: waits a minute before it believes that a draft which is still there was not sent", async () => {
    const door = await opened();
    await stoppedBeforeSending(door);
    life.setup.worldClock.advance(59_000);
    await door.door.turn(new AbortController().signal);
    expect(door.requests.filter((one) => one.endsWith("/drafts/send"))).toHaveLength(1);
    life.setup.worldClock.advance(2_000);
    while ((await door.door.turn(new AbortController().signal)) > 0);
    expect(door.sent()).toHaveLength(1);
  });

  it("takes a send for done that took effect late, after it was believed not to have run", async () => {
    const door = await opened();
    const seen = await stoppedBeforeSending(door);
    const { id, messageId } = theDraft();
    const { network } = door;
    door.network = async (input, init) => {
      if (String(input).endsWith("format=raw") && life.state.drafts.delete(id)) {
        const text = Buffer.from(life.state.messages.get(messageId)?.raw ?? "").toString("latin1");
        rewriteSent(messageId, life.state.messages.get(messageId)?.threadId ?? "", text);
      }
      return await network(input, init);
    };
    expect(await door.live(seen.cardId)).toMatchObject({ state: "done" });
    expect(door.sent()).toHaveLength(1);
    expect(door.requests.filter((one) => one.endsWith("/drafts/send"))).toHaveLength(1);
  });

  it("G7: sends no draft that the owner changed in Gmail, whatever they changed", async () => {
    const changes: ((text: string) => string)[] = [
      (text) => text.replace("14:00", "15:00"),
      (text) => text.replace(/^To: .*/m, "To: other@adler.example"),
      (text) => text.replace(/^To:/m, "Cc: other@adler.example\r\nTo:"),
      (text) => text.replace(/^To:/m, "Bcc: other@adler.example\r\nTo:"),
      (text) => text.replace(/^To:/m, "Reply-To: other@adler.example\r\nTo:"),
      (text) => text.replace(/^Subject: .*/m, "Subject: Re: Wednesday"),
      (text) => text.replace(/^X-Steward-Action: .*\r\n/m, ""),
      (text) => text.replace("text/plain", "text/html"),
      (text) => text.replace(alias, clara),
    ];
    for (const change of changes) {
      const door = await opened();
      const seen = await stoppedBeforeSending(door);
      const { messageId } = theDraft();
      const text = Buffer.from(life.state.messages.get(messageId)?.raw ?? "").toString("latin1");
      expect(change(text)).not.toBe(text);
      rewriteDraft(boxes(), life.state, theDraft(), Buffer.from(change(text), "latin1"), null);
      const { state, reason } = await door.live(seen.cardId);
      expect([state, reason], String(change)).toEqual(["superseded", expect.stringContaining("draft was changed")]);
      expect(door.sent()).toHaveLength(0);
      expect(life.state.drafts.size).toBe(1);
    }
  });

  it("G7: takes no offence at what Gmail itself adds to a draft", async () => {
    const door = await opened();
    const seen = await stoppedBeforeSending(door);
    const text = Buffer.from(life.state.messages.get(theDraft().messageId)?.raw ?? "").toString("latin1");
    const added = `Received: from 1 named unknown by gmailapi.google.com with HTTPREST\r\nDate: Sat, 14 Nov 2026 08:20:00 +0000\r\n${text}`;
    rewriteDraft(boxes(), life.state, theDraft(), Buffer.from(added, "latin1"), null);
    expect(await door.live(seen.cardId)).toMatchObject({ state: "done" });
    expect(door.sent()).toHaveLength(1);
  });

  it("G8: asks the owner when the draft is gone and nothing was sent, and never makes another", async () => {
    const door = await opened();
    const seen = await stoppedBeforeSending(door);
    discardDraft();
    const { state, reason } = await door.live(seen.cardId, 40);
    expect([state, reason]).toEqual(["unknown", expect.stringContaining("gone from Gmail")]);
    expect(door.sent()).toHaveLength(0);
    expect(door.requests.filter((one) => one === "POST /gmail/v1/users/me/drafts")).toHaveLength(1);
  });

  it("G8: sends nothing and makes no other draft when the owner deletes it before the first try", async () => {
    const door = await opened();
    const { seen } = await approvedReply(door);
    door.dieAt = "prepared";
    await door.live(seen.cardId, 1);
    expect(life.state.drafts.size).toBe(1);
    discardDraft();
    expect(await door.live(seen.cardId, 40)).toMatchObject({ state: "failed" });
    expect(door.sent()).toHaveLength(0);
    expect(door.requests.filter((one) => one === "POST /gmail/v1/users/me/drafts")).toHaveLength(1);
    expect(door.requests.filter((one) => one.endsWith("/drafts/send"))).toHaveLength(0);
  });

  it("asks the owner when the draft is gone and something was sent by hand in that conversation", async () => {
    const door = await opened();
    const seen = await stoppedBeforeSending(door);
    const { id, messageId } = theDraft();
    const threadId = life.state.messages.get(life.ids.paul)?.threadId ?? "";
    const text = Buffer.from(life.state.messages.get(messageId)?.raw ?? "").toString("latin1");
    life.state.drafts.delete(id);
    rewriteSent(messageId, threadId, text.replace(/^X-Steward-Action: .*\r\n/m, ""));
    const { state, reason } = await door.live(seen.cardId, 3);
    expect([state, reason]).toEqual(["unknown", expect.stringContaining("by hand")]);
    expect(door.requests.filter((one) => one.endsWith("/drafts/send"))).toHaveLength(1);
  });

  it("G10: does not send twice when Gmail asks for fewer calls", async () => {
    for (const [status, body] of [
      [403, { error: { code: 403, errors: [{ reason: "userRateLimitExceeded" }], message: "Slow down" } }],
      [429, { error: { code: 429, message: "User-rate limit exceeded.  Retry after 2026-11-14T12:00:00.000Z" } }],
    ] as const) {
      const door = await opened();
      const { seen } = await approvedReply(door);
      life.setup.world.faults.add({ match: /drafts\/send/, nth: 1, when: "before", do: "status", status, body });
      expect(await door.live(seen.cardId, 200)).toMatchObject({ state: "done" });
      expect(door.sent()).toHaveLength(1);
    }
  });

  it("G15: fails as a missing right, not as something to be tried again", async () => {
    const door = await opened();
    const thread = await door.threadOf(life.ids.paul);
    const { seen } = await door.propose("gmail.archive", { threads: [thread] });
    await door.approve(seen);
    for (const token of Object.values(life.setup.world.oauth().accessTokens)) {
      token.scopes = ["https://www.googleapis.com/auth/gmail.readonly"];
    }
    for (const token of Object.values(life.setup.world.oauth().refreshTokens)) {
      token.scopes = ["https://www.googleapis.com/auth/gmail.readonly"];
    }
    const { state, reason } = await door.live(seen.cardId);
    expect([state, reason]).toEqual(["failed", expect.stringContaining("steward connect google --write gmail")]);
    expect(door.requests.filter((one) => one.endsWith("/batchModify"))).toHaveLength(1);
  });

  it("is void when the conversation got another mail after the yes", async () => {
    const door = await opened();
    const { seen } = await approvedReply(door);
    life.arrive(
      {
        "Message-ID": "<t4@adler.example>",
        "In-Reply-To": "<t3@adler.example>",
        References: "<t1@adler.example> <t3@adler.example>",
        Subject: "Re: Tuesday",
        From: "Paul Adler <paul@adler.example>",
        To: clara,
      },
      "Wait, Wednesday!",
    );
    expect(await door.live(seen.cardId)).toMatchObject({ state: "superseded" });
    expect(door.sent()).toHaveLength(0);
    expect(life.state.drafts.size).toBe(0);
    await expect(approvedReply(door)).rejects.toThrow("newer mail");
  });

  it("never takes Gmail's word for another sender: an alias that is no more ends it before anything is made", async () => {
    const door = await opened();
    const { seen } = await approvedReply(door);
    const known = life.state.sendAs;
    life.state.sendAs = known.filter(({ sendAsEmail }) => sendAsEmail !== alias);
    const { state, reason } = await door.live(seen.cardId);
    life.state.sendAs = known;
    expect([state, reason]).toEqual(["failed", expect.stringContaining(`send as ${alias}`)]);
    expect(life.state.drafts.size).toBe(0);
  });
});

/** As an owner who discards it. */
function discardDraft(): void {
  const { id, messageId } = theDraft();
  life.state.drafts.delete(id);
  dropMessage(life.state, messageId);
}

/** What happens to the message of a draft that is sent by hand. */
function rewriteSent(messageId: string, threadId: string, text: string): void {
  const message = life.state.messages.get(messageId);
  if (message === undefined) throw new Error("no draft");
  message.raw = Buffer.from(text, "latin1");
  message.labelIds = ["SENT"];
  message.threadId = threadId;
  message.internalDate = life.setup.worldClock.now() + 1000;
}

describe("the boundary", () => {
  it("lets no draft out that is not what was approved, whatever stands between", async () => {
    const changes: ((raw: string) => string)[] = [
      (raw) => raw.replace(/^To:/m, "Bcc: evil@z.example\r\nTo:"),
      (raw) => raw.replace(/^To: .*/m, "To: evil@z.example"),
      (raw) => raw.replace("14:00", "15:00"),
      (raw) => raw.replace(/^Subject: .*/m, "Subject: Re: Tuesday!"),
      (raw) => raw.replace(/^From:/m, "Reply-To: evil@z.example\r\nFrom:"),
      (raw) => raw.replace(/^In-Reply-To: .*/m, "In-Reply-To: <other@x.example>"),
      (raw) => raw.replace("text/plain", "text/html"),
      (raw) => raw.replace(alias, clara),
    ];
    const { gmailDoor } = await import("../../../../connectors/gmail/door.ts");
    const { actingFetch } = await import("../../../../approvals/executor/boundary.ts");
    const door = await opened();
    const { seen } = await approvedReply(door);
    const made: string[] = [];
    const { network } = door;
    door.network = async (input, init) => {
      if (init?.method === "POST" && String(input).endsWith("/drafts")) made.push(String(init.body));
      return await network(input, init);
    };
    await door.live(seen.cardId);
    const [body = ""] = made;
    const { message } = JSON.parse(body) as { message: { raw: string; threadId: string } };
    const view = await door.door.card(seen.cardId);
    const action = gmailDoor.actions.find(({ name }) => name === "gmail.reply");
    if (action === undefined) throw new Error("no action");
    const approved = { action, input: view?.content.input, purpose: "prepare" as const, mostRequests: 99 };
    const left: unknown[] = [];
    const inner: typeof fetch = async (_input, init) => {
      left.push(init?.body);
      return new Response("{}");
    };
    const { fetch } = actingFetch(inner, gmailDoor, approved);
    const post = (changed: string) =>
      fetch("http://127.0.0.1:1/gmail/v1/users/me/drafts", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: changed,
      });
    const raw = Buffer.from(message.raw, "base64url").toString("latin1");
    for (const change of changes) {
      expect(change(raw)).not.toBe(raw);
      const changed = { message: { ...message, raw: Buffer.from(change(raw), "latin1").toString("base64url") } };
      await expect(post(JSON.stringify(changed)), String(change)).rejects.toMatchObject({ code: "no_permission" });
    }
    const others = [
      JSON.stringify({ message: { raw: message.raw } }),
      JSON.stringify({ message: { ...message, threadId: "1900000000000001" } }),
      JSON.stringify({ message: { ...message, labelIds: ["INBOX"] } }),
      body.replace("{", '{"message":{"raw":""},'),
      ` ${body}`,
    ];
    for (const other of others)
      await expect(post(other), other.slice(0, 60)).rejects.toMatchObject({ code: "no_permission" });
    expect(left).toEqual([]);
    await post(body);
    expect(left).toEqual([body]);
  });

  it("lets an action make its own requests only", async () => {
    const { gmailDoor } = await import("../../../../connectors/gmail/door.ts");
    const never = [
      "messages/send",
      "drafts/1",
      "messages/batchDelete",
      "settings/forwardingAddresses",
      "threads/1/trash",
    ];
    for (const action of gmailDoor.actions) {
      for (const path of never) {
        for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
          const request = {
            method,
            path: `/gmail/v1/users/me/${path}`,
            query: new URLSearchParams(),
            contentType: "application/json",
            body: new TextEncoder().encode('{"id":"r1"}'),
          };
          await expect(
            Promise.resolve().then(() => action.readBack(request)),
            `${action.name} ${path}`,
          ).rejects.toThrow();
          expect(gmailDoor.isReading(request)).toBe(false);
        }
      }
    }
  });
});
