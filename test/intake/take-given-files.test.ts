import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/core/canonical.ts";
import { rawText } from "../../src/core/untrusted.ts";
import { takeGivenFiles } from "../../src/intake/take-given-files.ts";
import { getItem } from "../../src/store/items.ts";
import { listPolledSources } from "../../src/store/source-health.ts";
import { listSources } from "../../src/store/sources.ts";
import { getThread, threadOfItem } from "../../src/store/thread-views.ts";
import { openDrillHome } from "../support/drill-home.ts";

const nowMs = Date.parse("2026-11-21T09:00:00Z");
const given = (name: string, mediaType: string, text: string) => {
  const bytes = new TextEncoder().encode(text);
  return { sha256: sha256Hex(bytes), name, mediaType, bytes };
};

let home: Awaited<ReturnType<typeof openDrillHome>>;
beforeEach(async () => {
  home = await openDrillHome();
});
afterEach(() => home.close());

describe("files the owner hands over", () => {
  it("become items with their text, one a file, in order, and the same one when they come again", async () => {
    const note = given("note.txt", "text/plain", "The new plate is KL 2207.");
    const photo = given("plate.jpg", "image/jpeg", "\u{fffd}\u{fffd}");
    const ids = await takeGivenFiles(home.store, [photo, note], nowMs);
    expect(ids).toHaveLength(2);
    const texts = await Promise.all(
      ids.map(async (id) => rawText((await getItem(home.store, id))?.text ?? ("" as never))),
    );
    expect(texts[0]).toBe("plate.jpg (image/jpeg)");
    expect(texts[1]).toContain("KL 2207");
    expect(await takeGivenFiles(home.store, [note, photo], nowMs + 1000)).toEqual(ids.toReversed());
  });

  it("are no news, and no source that is listed or polled", async () => {
    const [id = 0] = await takeGivenFiles(home.store, [given("a.md", "text/markdown", "# Car\nplate: NT 914")], nowMs);
    const threadId = (await threadOfItem(home.store, id)) ?? 0;
    expect((await getThread(home.store, threadId))?.state).toBe("done");
    expect(await listSources(home.store)).toEqual([]);
    expect(await listPolledSources(home.store)).toEqual([]);
  });
});
