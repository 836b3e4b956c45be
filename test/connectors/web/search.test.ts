// Holds R57.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeWebDoor, type SearchSetting } from "../../../connectors/web/door.ts";
import { readSearchAnswer } from "../../../connectors/web/search-answer.ts";
import type { SearchRequest } from "../../../connectors/web/web-client.ts";
import { spawnSearch } from "../../../src/cli/web/spawn-search.ts";
import { createModelWorld, type ModelWorld } from "../../../src/emulators/model/model-world.ts";
import { type ServedModel, serveModel } from "../../../src/emulators/model/serve-model.ts";
import { DoorHarness } from "../../support/door-harness.ts";

let world: ModelWorld;
let server: ServedModel;
beforeAll(async () => {
  const refuse = () => {
    throw new Error("only searches are expected");
  };
  world = createModelWorld({
    policy: { name: "none", answer: refuse },
    key: "search-key-1",
    webPath: "data/demo/web.json",
  });
  server = await serveModel(world);
});
afterAll(() => server.close());

let door: DoorHarness;
let asked: SearchRequest[];
let key: string | null;
let run: SearchSetting["run"];
beforeEach(async () => {
  asked = [];
  key = "search-key-1";
  world.reset();
  run = spawnSearch({});
  const setting: SearchSetting = {
    target: async () => ({ baseUrl: server.url, model: "claude-sonnet-5-5" }),
    otherKey: async () => key,
    run: (request, signal) => {
      asked.push(request);
      return run(request, signal);
    },
  };
  door = await new DoorHarness([makeWebDoor(setting)]).start();
});
afterEach(() => door.stopHere());

async function search(ask: object) {
  const card = await door.propose("web.search", ask);
  await door.approve(card);
  await door.turn();
  return await door.door.card(card.cardId);
}

describe("a search of the web", () => {
  it("is one tap that shows the query, and happens in a child that gets the query and a key", async () => {
    const card = await door.propose("web.search", { query: "Lumen jobs Paris" });
    expect(card.view.verdict).toMatchObject({ tier: "read", friction: "green" });
    expect([card.view.preview.title, card.view.preview.text]).toEqual([
      "Search the web for “Lumen jobs Paris”",
      "Lumen jobs Paris",
    ]);
    await door.approve(card);
    await door.turn();
    const done = await door.door.card(card.cardId);
    expect(done?.card.state).toBe("done");
    expect(done?.receipt).toMatch(/^Searched the web for “Lumen jobs Paris”: \d found\.$/);
    expect(done?.attempts[0]?.result).toMatchObject({
      results: expect.arrayContaining([
        expect.objectContaining({ url: "https://lumen.example/jobs", text: expect.stringContaining("Open positions") }),
      ]),
    });
    const [request, ...more] = world.requests();
    expect(more).toEqual([]);
    expect(request?.body).toEqual({
      model: "claude-sonnet-5-5",
      max_tokens: 4096,
      messages: [{ role: "user", content: "Lumen jobs Paris" }],
      tools: [{ type: "web_search_20260318", name: "web_search", max_uses: 3, allowed_callers: ["direct"] }],
    });
  });

  it("puts the query of a name and a topic together itself", async () => {
    await search({ name: "Lumen", topic: "funding" });
    expect(asked[0]?.query).toBe("Lumen funding");
    await expect(door.propose("web.search", { name: "Lumen", topic: "secrets" })).rejects.toThrow(/topic/);
    await expect(door.propose("web.search", { name: "Lumen" })).rejects.toThrow(/a name and a topic/);
    await expect(door.propose("web.search", { query: "x".repeat(201) })).rejects.toThrow(/query/);
  });

  it("is made again when nobody knows whether it happened, for it has no effect", async () => {
    const card = await door.propose("web.search", { query: "Lumen about" });
    await door.approve(card);
    door.dieAt = "executed_unwritten";
    expect(await door.turn()).toBe("died");
    await door.restart();
    door.clock.jump(60_000);
    await door.turn();
    expect((await door.door.card(card.cardId))?.card.state).toBe("done");
    expect(asked).toHaveLength(2);
  });

  it("ends in words when the server does not accept the key or says nothing", async () => {
    key = "another";
    const refused = await search({ query: "Lumen people" });
    expect(refused?.card.state).not.toBe("done");
    expect(JSON.stringify(refused?.attempts)).toContain("does not accept the key");
    key = "search-key-1";
    run = async () => "nothing";
    const empty = await search({ query: "Lumen team" });
    expect(JSON.stringify(empty?.attempts)).toContain("can be read");
  });

  it("is refused in words where there is no key", async () => {
    await door.stopHere();
    const target = async () => ({ baseUrl: "https://api.anthropic.com", model: "m" });
    const setting: SearchSetting = { target, otherKey: async () => null, run: async () => ({ results: [] }) };
    door = await new DoorHarness([makeWebDoor(setting)]).start();
    await expect(door.propose("web.search", { query: "Lumen" })).rejects.toThrow(/without a key.*steward model key/);
  });
});

describe("the answer of a search", () => {
  const page = (url: string) => ({ url, title: "t", text: "x" });

  it("keeps public links only, each once, ten at most, and cuts what is long", () => {
    const given = [
      page("http://127.0.0.1/admin"),
      page("http://192.168.1.1/"),
      page("javascript:alert(1)"),
      page("file:///etc/passwd"),
      page("https://lumen.example/"),
      page("https://lumen.example/"),
    ];
    expect(readSearchAnswer({ results: given }).results.map(({ url }) => url)).toEqual(["https://lumen.example/"]);
    const many = Array.from({ length: 30 }, (_, at) => page(`https://lumen.example/${at}`));
    expect(readSearchAnswer({ results: many }).results).toHaveLength(10);
    const long = { url: "https://lumen.example/", title: "t".repeat(999), text: "x".repeat(9999) };
    const [cut] = readSearchAnswer({ results: [long] }).results;
    expect([cut?.title.length, cut?.text.length]).toEqual([300, 4000]);
  });

  it("is no answer when it is anything else", () => {
    for (const odd of [null, "x", {}, { results: "x" }, { results: [{ url: 1 }] }]) {
      expect(() => readSearchAnswer(odd)).toThrow(/can be read/);
    }
    expect(() => readSearchAnswer({ error: "It is raining." })).toThrow("It is raining.");
  });
});
