import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeWebDoor } from "../../connectors/web/door.ts";
import { takeFoundPages } from "../../src/intake/take-found-pages.ts";
import { takeSearchResults } from "../../src/intake/take-search-results.ts";
import { getItem } from "../../src/store/items.ts";
import { openStore } from "../../src/store/open-store.ts";
import { listSources } from "../../src/store/sources.ts";
import { DoorHarness } from "../support/door-harness.ts";
import { postConnector } from "../support/post-office.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

const page = { url: "https://lumen.example/jobs", title: "Jobs at Lumen", text: "Open positions in Paris." };
const hourMs = 3_600_000;

describe("pages that a search found", () => {
  it("stay the same items when they are found again later", async () => {
    const folder = mkdtempSync(join(tmpdir(), "steward-found-"));
    const clock = new VirtualClock("2026-11-14T08:12:00Z");
    const store = await openStore(join(folder, "steward.db"), { clock });
    const first = await takeFoundPages(store, [page], clock.now());
    expect(await takeFoundPages(store, [page], clock.now() + hourMs)).toEqual(first);
    const changed = await takeFoundPages(store, [{ ...page, text: "Closed." }, page], clock.now() + hourMs);
    expect([changed.length, changed[1]]).toEqual([2, first[0]]);
    await store.close();
    rmSync(folder, { recursive: true });
  });
});

describe("a search the owner said yes to", () => {
  let door: DoorHarness;
  let pages: object[];
  beforeEach(async () => {
    pages = [page];
    const target = async () => ({ baseUrl: "http://127.0.0.1:1", model: "m" });
    const web = makeWebDoor({ target, otherKey: async () => null, run: async () => ({ results: pages }) });
    door = await new DoorHarness([web, postConnector()]).start();
  });
  afterEach(() => door.stopHere());

  const search = async (query: string) => {
    const card = await door.propose("web.search", { query });
    await door.approve(card);
    await door.turn();
  };

  it("becomes items once: text of others, with where it was found, and no source that is read", async () => {
    await search("Lumen jobs");
    const ids = await takeSearchResults(door.store, door.clock.now());
    expect(ids).toHaveLength(1);
    const item = await getItem(door.store, ids[0] ?? 0);
    expect(item).toMatchObject({
      kind: "document",
      subject: "Jobs at Lumen",
      text: "Open positions in Paris.",
    });
    expect(item?.sightings[0]?.path).toBe(page.url);
    expect((await listSources(door.store)).map(({ connector }) => connector)).toEqual(["post"]);
    expect(await takeSearchResults(door.store, door.clock.now() + hourMs)).toEqual([]);
    await search("Lumen jobs Paris");
    expect(await takeSearchResults(door.store, door.clock.now() + hourMs)).toEqual(ids);
  });

  it("is made where no door runs, and nothing else is carried out there", async () => {
    const flag = await door.propose("post.flag", { ids: ["a"] });
    await door.approve(flag);
    const card = await door.propose("web.search", { query: "Lumen about" });
    await door.approve(card);
    await door.door.takeIn(new AbortController().signal);
    expect((await door.door.card(card.cardId))?.card.state).toBe("done");
    expect((await door.door.card(flag.cardId))?.card.state).toBe("approved");
    expect(door.post.flags).toEqual(new Set());
  });
});
