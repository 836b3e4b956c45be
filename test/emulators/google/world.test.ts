import { describe, expect, test } from "vitest";
import type { GoogleWorld } from "../../../src/emulators/google/google-world.ts";
import { arrive, base, bearerOf, ben, clara, gmailOf, makeWorld } from "./google-fixture.ts";

const me = { userId: "me" };

async function post(world: GoogleWorld, path: string, body: unknown): Promise<{ status: number; json: unknown }> {
  const answer = await world.fetch(`${base}/_world/${path}`, { method: "POST", body: JSON.stringify(body) });
  return { status: answer.status, json: await answer.json() };
}

function idOf(json: unknown): string {
  return typeof json === "object" && json !== null ? String(Reflect.get(json, "id")) : "";
}

describe("the controls", () => {
  test("put mail, events and files into the world as if they had happened", async () => {
    const world = makeWorld();
    const raw = Buffer.from("Subject: Raw\r\nFrom: x@x.example\r\n\r\nHello").toString("base64");
    expect((await post(world, "mail", [{ subject: "One" }, { account: ben, raw }])).status).toBe(200);
    expect(world.state("gmail", ben).messages.size).toBe(1);
    const start = { dateTime: "2026-11-20T10:00:00Z" };
    const end = { dateTime: "2026-11-20T11:00:00Z" };
    const made = await post(world, "event", { event: { summary: "Dentist", start, end } });
    const id = idOf(made.json);
    await post(world, "event", { id, event: { summary: "Dentist, moved" } });
    const { events } = world.state("calendar", clara).calendars.get(clara) ?? {};
    expect(events?.get(id)?.resource.summary).toBe("Dentist, moved");
    await post(world, "event", { id, deleted: true });
    expect(events?.get(id)?.resource.status).toBe("cancelled");
    const path = "Life/Travel/notes.md";
    const file = idOf((await post(world, "file", { path, text: "One" })).json);
    expect(idOf((await post(world, "file", { path, text: "Two", byMe: false })).json)).toBe(file);
    expect(Buffer.from(world.state("drive", clara).files.get(file)?.content ?? []).toString()).toBe("Two");
    expect(idOf((await post(world, "file", { path, trashed: true })).json)).toBe(file);
    expect(world.ledger.all().map(({ kind, account }) => `${kind} ${account === clara ? "clara" : "ben"}`)).toEqual([
      "mail.delivered clara",
      "mail.delivered ben",
      "event.created clara",
      "event.changed clara",
      "event.deleted clara",
      "file.created clara",
      "file.changed clara",
      "file.changed clara",
    ]);
  });

  test("say what is wrong with what they are asked, and do nothing", async () => {
    const world = makeWorld();
    for (const [path, body] of [
      ["mail", { subjet: "One" }],
      ["mail", { account: "nobody@x.example" }],
      ["event", { calendar: "none", event: {} }],
      ["event", { event: { summary: "No time" } }],
      ["file", { path: "" }],
      ["faults", [{ match: "(", when: "before", do: "drop" }]],
      ["faults", [{ match: "x", when: "before", do: "explode" }]],
      ["settings", { "gmail.getLagMs": "soon" }],
      ["snapshots/none/restore", {}],
    ] as const) {
      expect([path, (await post(world, path, body)).status]).toEqual([path, 400]);
    }
    expect(world.ledger.all()).toEqual([]);
    expect((await world.fetch(`${base}/_world/mail`, { method: "POST", body: "{" })).status).toBe(400);
  });

  test("tell what was asked of the world, and put everything back", async () => {
    const world = makeWorld();
    const api = await gmailOf(world);
    await arrive(world, { subject: "One" });
    await api.users.messages.list(me);
    await post(world, "settings", { "gmail.getLagMs": 5 });
    await post(world, "quota", { gmail: 5 });
    const state = async (): Promise<unknown> => await (await world.fetch(`${base}/_world/state`)).json();
    expect(await state()).toMatchObject({
      accounts: [clara, ben],
      settings: { "gmail.getLagMs": 5 },
      spent: { gmail: { requests: 1, units: 5 } },
      mostInFlight: { gmail: 1 },
      tokenRequests: 1,
    });
    expect((await post(world, "settings", { "gmail.getLagMs": null })).json).toEqual({});
    await post(world, "reset", {});
    expect(await state()).toMatchObject({
      spent: { gmail: { requests: 0, units: 0 } },
      mostInFlight: { gmail: 0 },
      tokenRequests: 0,
    });
    expect(world.ledger.all()).toEqual([]);
    const anew = await gmailOf(world);
    for (let n = 0; n < 3; n += 1) await anew.users.messages.list(me);
    expect((await anew.users.getProfile(me)).data.messagesTotal).toBe(0);
  });

  test("are not for other sites that are open in the same browser", async () => {
    const world = makeWorld();
    const send = async (headers: Record<string, string>, host = base): Promise<number> =>
      (await world.fetch(`${host}/_world/mail`, { method: "POST", headers, body: "{}" })).status;
    expect(await send({})).toBe(200);
    expect(await send({ "sec-fetch-site": "same-origin", origin: base })).toBe(200);
    expect(await send({ "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await send({ "sec-fetch-site": "same-site" })).toBe(403);
    expect(await send({ origin: "null" })).toBe(403);
    expect(await send({ origin: "http://127.0.0.1:2" })).toBe(403);
    expect(await send({}, "http://rebound.example:1")).toBe(403);
    expect((await world.fetch("http://rebound.example:1/_world/ledger")).status).toBe(403);
    const consent = await world.fetch(`${base}/o/oauth2/v2/auth`, { headers: { "sec-fetch-site": "cross-site" } });
    expect(consent.status).toBe(400);
    expect(world.ledger.all()).toHaveLength(2);
  });
});

test("a snapshot can be put back as often as somebody likes", async () => {
  const world = makeWorld();
  await arrive(world, { subject: "Before" });
  world.settings.set("gmail.getLagMs", 1);
  const snapshot = world.snapshot();
  for (let time = 0; time < 2; time += 1) {
    await arrive(world, { subject: "After" });
    await post(world, "file", { path: "after.md", text: "After" });
    world.settings.set("gmail.getLagMs", 2);
    world.restore(snapshot);
    expect(world.state("gmail", clara).messages.size).toBe(1);
    expect(world.ledger.all()).toHaveLength(1);
    expect(world.settings.get("gmail.getLagMs")).toBe(1);
    expect([...world.state("drive", clara).files.values()].map(({ name }) => name)).toEqual(["My Drive"]);
  }
});

describe("calls at the same time", () => {
  test("are counted, and refused beyond the limit that a user has", async () => {
    const world = makeWorld();
    const headers = { authorization: `Bearer ${await bearerOf(world)}` };
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { createGoogleWorld } = await import("../../../src/emulators/google/google-world.ts");
    const slow = createGoogleWorld({
      accounts: [{ address: clara, name: "Clara" }],
      clock: world.clock,
      sleep: () => held,
    });
    slow.restore(world.snapshot());
    slow.settings.set("gmail.maxConcurrent", 2);
    slow.faults.add({ match: /profile/, nth: [1, 2], when: "before", do: "delay" });
    const ask = async (): Promise<number> =>
      (await slow.fetch(`${base}/gmail/v1/users/me/profile`, { headers })).status;
    const first = [ask(), ask()];
    expect(await ask()).toBe(429);
    release();
    expect(await Promise.all(first)).toEqual([200, 200]);
    expect(await ask()).toBe(200);
    expect(slow.inFlight.most("gmail")).toBe(2);
  });
});
