// Holds R36, R139.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RunningPage } from "../../../approvals/page/create-page.ts";
import { endSession } from "../../../src/store/page-sessions.ts";
import { browserOf } from "./browser-of.ts";
import { type Device, openPageHouse, type PageHouse } from "./page-house.ts";
import { sleepFor } from "./sleep-for.ts";

let house: PageHouse;
let running: RunningPage;
let device: Device;
let streams: Stream[];
beforeEach(async () => {
  house = await openPageHouse({ settings: { port: 0, address: null, ipv6: false } });
  running = await house.page.listen();
  device = await house.signIn();
  streams = [];
});
afterEach(async () => {
  for (const stream of streams) stream.stop();
  await running.close();
  await house.close();
});

interface Stream {
  status: number;
  type: string;
  text(): string;
  closed: Promise<void>;
  stop(): void;
}

/** Opens `/events` as a tab does. */
async function listen(by: Device): Promise<Stream> {
  const stopping = new AbortController();
  const answer = await fetch(`${running.origin}/events`, { headers: { cookie: by.cookie }, signal: stopping.signal });
  let text = "";
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) text += decoder.decode(chunk);
  };
  const closed = read().catch(() => undefined);
  const stream = {
    status: answer.status,
    type: answer.headers.get("content-type") ?? "",
    text: () => text,
    closed,
    stop: () => stopping.abort(),
  };
  streams.push(stream);
  return stream;
}

describe("the stream of a tab", () => {
  test("names what kind of thing changed, never what is in it", async () => {
    const stream = await listen(device);
    expect([stream.status, stream.type]).toEqual([200, "text/event-stream"]);
    await house.propose({ title: "Archive 41 newsletters of Marta" });
    await expect.poll(stream.text).toContain("event: tick\ndata: cards\n\n");
    await house.door.stop({ surface: "page" }, "because");
    await expect.poll(stream.text).toMatch(/data: (cards )?stop/);
    expect(stream.text().replace(/retry: 3000|event: tick|data: [a-z ]+|: still here|\n/g, "")).toBe("");
  });

  test("gives a sign of life while nothing happens", async () => {
    const stream = await listen(device);
    await expect.poll(stream.text).toContain(": still here");
  });

  test("closes when its device is signed out, here or in another process", async () => {
    const browser = browserOf(house.page);
    const other = await house.signIn("other");
    const [mine, theirs] = [await listen(device), await listen(other)];
    await browser.post("/devices/other/revoke", {}, device);
    await theirs.closed;
    await house.store.write((tx) => endSession(tx, device.id));
    await mine.closed;
    expect((await listen(device)).status).toBe(401);
  });

  test("closes when its session becomes too old, and does not keep it young", async () => {
    const stream = await listen(device);
    house.clock.nowMs += 14 * 86_400_000;
    await stream.closed;
  });

  test("is one of five a device, so that pages still load; a tab that closed makes room", async () => {
    const five = await Promise.all(Array.from({ length: 5 }, () => listen(device)));
    expect(five.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect((await listen(device)).status).toBe(503);
    expect((await listen(await house.signIn("other"))).status).toBe(200);
    five[0]?.stop();
    await sleepFor(100);
    expect((await listen(device)).status).toBe(200);
  });

  test("ends with the page", async () => {
    const stream = await listen(device);
    await running.close();
    await stream.closed;
    running = { ...running, close: async () => undefined };
  });
});
