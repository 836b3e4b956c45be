// Holds R57.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { makeWebDoor } from "../../../connectors/web/door.ts";
import type { Origin } from "../../../src/core/card.ts";
import { defaultPolicy } from "../../../src/core/policy.ts";
import { getProposal, insertProposal } from "../../../src/store/proposals.ts";
import { ownersOrigin } from "../../support/door-harness.ts";
import { type GoogleBase, GoogleDoor, makeGoogleBase } from "../../support/google-door.ts";

let base: GoogleBase;
let door: GoogleDoor;
let queries: string[];
beforeAll(async () => {
  const web = makeWebDoor({
    target: async () => ({ baseUrl: "http://127.0.0.1:1", model: "m" }),
    otherKey: async () => null,
    run: async ({ query }) => {
      queries.push(query);
      return { results: [] };
    },
  });
  base = await makeGoogleBase([web]);
}, 60_000);
afterAll(() => base.close());
beforeEach(async () => {
  queries = [];
  door = await new GoogleDoor(base).start();
});
afterEach(() => door.stopHere());

const words = "Introduce Tom to Claire and say what Lumen raised in Paris";
let rows = 0;

interface Asked {
  ask: object;
  words?: string | null;
  origin?: Partial<Origin>;
  heard?: { wordsId: string; runId: string };
}

async function hear(text = words) {
  rows += 1;
  const runId = `run-${rows}`;
  return { runId, wordsId: await door.door.hear(text, "terminal", runId) };
}

/** What a run proposes, and what becomes of it in the next turn of the door. */
async function run({ ask, words: said = words, origin: given = {}, heard }: Asked) {
  const own = heard ?? (said === null ? { runId: "run-x", wordsId: null } : await hear(said));
  rows += 1;
  const id = `row-${rows}`;
  const origin: Origin = { ...ownersOrigin, by: "model", callId: "call", requestId: id, ...own, ...given };
  const row = { id, bundleId: id, position: 0, afterId: null, action: "web.search", account: null, ask, origin };
  await door.store.write((tx) => insertProposal(tx, row));
  await door.turn();
  const view = await door.door.card((await getProposal(door.store, id))?.cardId ?? "");
  if (view === null) throw new Error((await getProposal(door.store, id))?.refusal ?? "no card");
  return view;
}
const fate = async (asked: Asked) => {
  const { card, verdict } = await run(asked);
  return `${verdict.friction}, ${card.state}`;
};
const free = "nothing, done";
const asks = "green, proposed";

const idsOf = (sql: string): number[] => door.store.read.all(z.object({ id: z.number() }), sql).map(({ id }) => id);
/** A thread with a message that says Lumen, from somebody the owner writes to. */
const knownThread = () =>
  idsOf(`SELECT i.thread_id AS id FROM items i JOIN item_texts t ON t.item_id = i.id JOIN identities n ON n.id = i.sender_id
         WHERE t.text LIKE '%Lumen %' AND (n.in_contacts = 1 OR n.written_count > 0) AND i.from_owner = 0 LIMIT 1`)[0] ??
  0;

describe("a search", () => {
  it("in the owner's own words is free in a run that has read nothing, and the decision names why", async () => {
    const view = await run({ ask: { query: "what Lumen raised in Paris" } });
    expect([view.card.state, view.verdict.friction]).toEqual(["done", "nothing"]);
    expect(view.decisions[0]).toMatchObject({ kind: "policy", reason: "searches in your own words are free" });
    expect(queries).toEqual(["what Lumen raised in Paris"]);
  });

  it("asks when a word of it is not the owner's, or the run has read something", async () => {
    const [item = 0] = idsOf("SELECT id FROM items ORDER BY id DESC LIMIT 1");
    const [thread = 0] = idsOf("SELECT id FROM threads ORDER BY id DESC LIMIT 1");
    expect(await fate({ ask: { query: "Lumen raised money" } })).toBe(asks);
    const query = "what Lumen raised in Paris";
    expect(await fate({ ask: { query: `${query} ` }, origin: { itemsRead: [item] } })).toBe(asks);
    expect(await fate({ ask: { query: "Lumen raised" }, origin: { openedThreads: [thread] } })).toBe(asks);
    expect(queries).toEqual([]);
  });

  it("asks when the door heard nothing, whatever the row claims", async () => {
    const claims = { utterance: "search anything" };
    expect(await fate({ ask: { query: "search anything" }, words: null, origin: claims })).toBe(asks);
    expect(await fate({ ask: { name: "Lumen", topic: "jobs" }, words: null, origin: claims })).toBe(asks);
  });

  it("asks when the owner typed it with no run between: what is not kept is not counted", async () => {
    const seen = await door.propose("web.search", { query: "Lumen raised" }, { utterance: "what Lumen raised" });
    expect([seen.view.card.state, seen.view.verdict.friction]).toEqual(["proposed", "green"]);
  });

  it("for a name the owner said and a topic is free whatever was read", async () => {
    const [item = 0] = idsOf("SELECT id FROM items ORDER BY id DESC LIMIT 1");
    expect(await fate({ ask: { name: "Lumen", topic: "funding" }, origin: { itemsRead: [item] } })).toBe(free);
    expect(queries).toEqual(["Lumen funding"]);
  });

  it("for a name that stands in a known person's message of an opened thread is free, elsewhere it asks", async () => {
    const thread = knownThread();
    expect(thread).toBeGreaterThan(0);
    const ask = { name: "Lumen", topic: "jobs" };
    const said = "Introduce them to each other";
    expect(await fate({ ask, words: said })).toBe(asks);
    const items = idsOf(`SELECT id FROM items WHERE thread_id = ${thread}`);
    expect(await fate({ ask: { ...ask, topic: "news" }, words: said, origin: { itemsRead: items } })).toBe(asks);
    const opened = { itemsRead: items, openedThreads: [thread] };
    expect(await fate({ ask: { ...ask, topic: "people" }, words: said, origin: opened })).toBe(free);
    await door.store.write((tx) => {
      tx.sql.run("UPDATE identities SET in_contacts = 0, written_count = 0");
      tx.sql.run("UPDATE items SET sent_evidence = 0");
    });
    expect(await fate({ ask: { ...ask, topic: "product" }, words: said, origin: opened })).toBe(asks);
  });

  it("asks when what stands for a name is none", async () => {
    const heard = await hear("Lumen my code is 4711 and paris is lovely this time of year Mr Big Bad Wolf Von Und Zu");
    const [item = 0] = idsOf("SELECT id FROM items ORDER BY id DESC LIMIT 1");
    for (const name of [
      "Mr Big bad",
      "my code",
      "paris is lovely",
      "Mr Big Bad Wolf Von Und",
      "Lume",
      "lumen",
      "Lumen my code is 4711",
    ]) {
      expect(
        `${name}: ${await fate({ ask: { name, topic: "news" }, heard, origin: { itemsRead: [item] } })}`,
      ).not.toContain(free);
    }
    expect(queries).toEqual([]);
  });

  it("asks when the name is a sentence or a secret out of a known person's message", async () => {
    const thread = knownThread();
    const items = idsOf(`SELECT id FROM items WHERE thread_id = ${thread}`);
    const text = "Lumen. The password is Sommerregen. Geheimzahl ist Rosenkohl 我的密码是春天的雨水和秋天的风";
    await door.store.write((tx) => {
      for (const id of items) tx.sql.run("UPDATE item_texts SET text = ? WHERE item_id = ?", text, id);
    });
    const origin = { itemsRead: items, openedThreads: [thread] };
    const said = "Introduce them to each other";
    expect(await fate({ ask: { name: "Lumen", topic: "jobs" }, words: said, origin })).toBe(free);
    for (const name of [
      "Sommerregen",
      "The password is Sommerregen",
      "Geheimzahl ist Rosenkohl",
      "我的密码是春天的雨水和秋天的风",
    ]) {
      const came = await fate({ ask: { name, topic: "news" }, words: said, origin });
      expect(`${name}: ${came}`).not.toContain("done");
    }
    expect(queries).toEqual(["Lumen jobs"]);
  });

  it("is free five times for one request", async () => {
    const heard = await hear();
    const fates: string[] = [];
    for (const topic of ["jobs", "news", "people", "product", "website", "company"]) {
      fates.push(await fate({ ask: { name: "Lumen", topic }, heard }));
    }
    expect(fates).toEqual([free, free, free, free, free, asks]);
  });

  it("asks or is refused where the owner's policy says so, and no rule makes another one free", async () => {
    const when = { action: "web.*" };
    const ask = { name: "Lumen", topic: "jobs" };
    door.policy = { ...defaultPolicy(), rules: [{ do: "ask", needs: "green", when, why: "I look first" }] };
    expect(await fate({ ask })).toBe(asks);
    door.policy = { ...defaultPolicy(), rules: [{ do: "deny", when, why: "never" }] };
    await expect(run({ ask: { ...ask, topic: "news" } })).rejects.toThrow(/Your policy forbids it: never/);
    door.policy = { ...defaultPolicy(), rules: [{ do: "allow", when, why: "go on" }] };
    expect(await fate({ ask: { query: "Lumen raised money" } })).toBe(asks);
  });

  it("with a secret in it is never free, though the owner said it", async () => {
    const said = "search my password: hunter2-Xy9Kq2 please";
    expect(await fate({ ask: { query: "my password: hunter2-Xy9Kq2" }, words: said })).not.toBe(free);
    expect(queries).toEqual([]);
  });
});
