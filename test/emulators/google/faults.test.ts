import { describe, expect, test } from "vitest";
import { listen } from "../../../src/emulators/google/listen.ts";
import { arrive, base, bearerOf, gmailOf, makeWorld } from "./google-fixture.ts";

describe("the fault script", () => {
  test("cuts the connection after the effect, on a real socket too", async () => {
    const world = makeWorld();
    const listening = await listen(world);
    try {
      world.faults.add({ match: /POST \/_world\/mail/, nth: 1, when: "after", do: "drop" });
      const send = (): Promise<Response> =>
        fetch(`${listening.url}/_world/mail`, { method: "POST", body: JSON.stringify({ subject: "One" }) });
      await expect(send()).rejects.toThrow("fetch failed");
      expect(world.ledger.all()).toHaveLength(1);
      expect((await send()).status).toBe(200);
      world.faults.add({ match: /POST \/_world\/mail/, nth: 1, when: "before", do: "drop" });
      await expect(send()).rejects.toThrow("fetch failed");
      expect(world.ledger.all()).toHaveLength(2);
    } finally {
      await listening.close();
    }
  });

  test("answers with any status, half an answer, or none that makes sense", async () => {
    const world = makeWorld();
    const headers = { authorization: `Bearer ${await bearerOf(world)}` };
    const ask = (): Promise<Response> => world.fetch(`${base}/gmail/v1/users/me/profile`, { headers });
    world.faults.add(
      { match: /profile/, nth: 1, when: "before", do: "status", status: 429, headers: { "retry-after": "7" } },
      { match: /profile/, nth: 2, when: "after", do: "truncate" },
      { match: /profile/, nth: 3, when: "before", do: "garbage" },
    );
    const limited = await ask();
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "7"]);
    await expect((await ask()).json()).rejects.toThrow(SyntaxError);
    await expect((await ask()).json()).rejects.toThrow(SyntaxError);
    expect((await ask()).status).toBe(200);
    expect(world.faults.hits()).toEqual([1, 1, 1]);
  });

  test("draws the same faults for the same seed", async () => {
    const draw = async (): Promise<number[]> => {
      const world = makeWorld();
      world.faults.add({ match: /_world\/state/, share: 0.3, when: "before", do: "status", status: 500 });
      const statuses: number[] = [];
      for (let n = 0; n < 40; n += 1) statuses.push((await world.fetch(`${base}/_world/state`)).status);
      return statuses;
    };
    const first = await draw();
    expect(first).toEqual(await draw());
    expect(first.filter((status) => status === 500).length).toBeGreaterThan(4);
    expect(first.filter((status) => status === 500).length).toBeLessThan(25);
  });

  test("can be set from outside, with the clock and the settings", async () => {
    const world = makeWorld();
    const post = async (path: string, body: unknown): Promise<number> =>
      (await world.fetch(`${base}/_world/${path}`, { method: "POST", body: JSON.stringify(body) })).status;
    expect(await post("faults", [{ match: "profile", when: "before", do: "status", status: 503 }])).toBe(200);
    expect(await post("clock", { advanceMs: 1000 })).toBe(200);
    expect(await post("settings", { "gmail.getLagMs": 5 })).toBe(200);
    expect(await post("clock", { advance: 1000 })).toBe(400);
    const api = await gmailOf(world);
    await expect(api.users.getProfile({ userId: "me" })).rejects.toThrow();
    expect(await post("snapshots/one", {})).toBe(200);
    await arrive(world, { subject: "Later" });
    expect(await post("snapshots/one/restore", {})).toBe(200);
    expect(world.ledger.all()).toEqual([]);
  });
});
