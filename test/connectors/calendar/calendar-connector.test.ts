import { describe, expect, test } from "vitest";
import { makeCalendarConnector } from "../../../connectors/calendar/index.ts";
import { openGoogleAccounts } from "../../../connectors/google-account/open-accounts.ts";
import { at, closeAfterEach, type Following, follow, pullAll } from "./calendar-fixture.ts";

closeAfterEach();

async function connected(following: Following) {
  const accounts = openGoogleAccounts({ random: () => 0.5, unitsPerMinute: { calendar: null }, mostTries: 2 });
  const connector = makeCalendarConnector(accounts);
  const config = connector.config.parse(following.source.config);
  return { connector, client: await connector.connect(config, following.deps) };
}
const never = (): AbortSignal => new AbortController().signal;

describe("the calendar connector", () => {
  test("takes what intake tells every connector, and refuses what it does not know", async () => {
    const { source } = await follow();
    const { config } = makeCalendarConnector(openGoogleAccounts());
    const given = { recentSince: null, olderThan: null, zone: "Europe/Berlin", region: "DE" };
    expect(config.safeParse({ ...source.config, ...given }).success).toBe(true);
    expect(config.safeParse({ ...source.config, folderId: "x" }).success).toBe(false);
  });

  test("says that it is well after one call that was answered", async () => {
    const following = await follow();
    const { connector, client } = await connected(following);
    expect(await connector.check(client, never())).toEqual({ state: "ok" });
    expect(following.asked(/calendar\/v3/)).toBe(1);
  });

  test("says how to cure a sign-in that was taken back, and why it cannot be reached", async () => {
    const following = await follow();
    const { connector, client } = await connected(following);
    following.world.faults.add({ match: /calendar\/v3/, nth: "every", when: "before", do: "status", status: 503 });
    expect(await connector.check(client, never())).toMatchObject({ state: "degraded" });
    following.world.faults.clear();
    for (const token of Object.values(following.world.oauth().refreshTokens)) token.revoked = true;
    following.world.clock.advance(7_200_000);
    const again = await connected(following);
    const health = await again.connector.check(again.client, never());
    expect(health).toMatchObject({ state: "needs_reauth", cure: expect.stringContaining("steward connect") });
  });

  test("stops where it is told to", async () => {
    const following = await follow();
    const { connector, client } = await connected(following);
    const stop = new AbortController();
    stop.abort();
    await expect(connector.pull(client, null, stop.signal)).rejects.toMatchObject({ code: "interrupted" });
  });

  test("gives the same page again from the same cursor", async () => {
    const following = await follow({ pageSize: 3 });
    for (let n = 0; n < 8; n += 1) following.calendar.add({ summary: `Event ${n}`, ...at("2026-11-24", n) });
    const pages = await pullAll(following);
    const second = await pullAll(following, pages[0]?.cursor);
    const ids = (all: typeof pages) => all.map(({ records }) => records.map(({ externalId }) => externalId));
    expect(ids(second)).toEqual(ids(pages.slice(1)));
    expect(pages.filter(({ whole }) => whole !== undefined)).toHaveLength(1);
    expect(pages.map(({ progress }) => progress.done)).toEqual([3, 6, 8, 8]);
  });

  test("goes on in another process after every page", async () => {
    const following = await follow({ pageSize: 3 });
    const series = following.calendar.add({
      summary: "Weekly",
      ...at("2026-11-17"),
      recurrence: ["RRULE:FREQ=WEEKLY"],
    });
    for (let n = 0; n < 8; n += 1) following.calendar.add({ summary: `Event ${n}`, ...at("2026-11-24", n) });
    following.calendar.removeTime(series, "2026-11-24T08:00:00Z");
    const read: string[] = [];
    let text = "null";
    for (let done = false; !done; ) {
      const { connector, client } = await connected(following);
      const page = await connector.pull(client, JSON.parse(text), never());
      read.push(...page.records.map(({ externalId }) => externalId));
      text = JSON.stringify(page.cursor);
      done = page.done;
    }
    expect(read.toSorted()).toEqual([...following.truth().keys()]);
    // Nobody remembers the series any more when its removed time comes: it is asked for once.
    expect(following.asked(new RegExp(`events/${series.id}`))).toBe(1);
  });

  test("begins anew, and loses nothing, from a cursor or a page token that cannot be read", async () => {
    const following = await follow({ pageSize: 3 });
    for (let n = 0; n < 8; n += 1) following.calendar.add({ summary: `Event ${n}`, ...at("2026-11-24", n) });
    const pages = await pullAll(following);
    const count = (all: typeof pages) => all.reduce((sum, { records }) => sum + records.length, 0);
    expect(count(await pullAll(following, { version: 7 }))).toBe(8);
    const text = JSON.stringify(pages[0]?.cursor).replace(/"pageToken":"[^"]+"/, '"pageToken":"forgotten"');
    const again = await pullAll(following, JSON.parse(text));
    expect(count(again)).toBe(8);
    expect(again.at(-1)?.whole?.externalIds).toHaveLength(8);
  });

  test("names an entry that is no event and reads the others", async () => {
    const following = await follow();
    following.calendar.add({ summary: "Fine", ...at("2026-11-24") });
    const { fetch } = following.deps;
    following.deps.fetch = async (input, init) => {
      const answer = await fetch(input, init);
      if (!/\/events/.test(String(input))) return answer;
      return new Response((await answer.text()).replace('"items":[{', '"items":[{"summary":"no id"},7,{'), answer);
    };
    const [page] = await pullAll(following);
    expect(page?.records).toHaveLength(1);
    expect(page?.failed).toHaveLength(2);
  });
});
