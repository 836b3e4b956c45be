import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { actingFetch } from "../../../../approvals/executor/boundary.ts";
import { calendarDoor } from "../../../../connectors/calendar/door.ts";
import type { WritingLife, WritingSample } from "../../../support/writing-life.ts";
import { beginCalendar, calendarSamples } from "./samples.ts";

let life: WritingLife;
beforeAll(async () => {
  life = await beginCalendar();
});
afterAll(() => life.end());

interface Sent {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string | null;
}

/** The request that did it, as it left, and the input it was approved with. */
async function sentBy(sample: WritingSample): Promise<{ sent: Sent; input: unknown }> {
  const door = await life.open();
  const sent: Sent[] = [];
  door.network = async (input, init) => {
    const url = new URL(String(input));
    if (sample.effect.test(`${init?.method} ${url.pathname}${url.search}`)) {
      const headers = Object.fromEntries(new Headers(init?.headers));
      const body = init?.body == null ? null : await new Response(init.body).text();
      sent.push({ url: url.href, method: init?.method ?? "", headers, body });
    }
    return await life.world.fetch(input, init);
  };
  const { seen, view } = await door.propose(sample.action, sample.ask);
  await door.approve(seen);
  await door.live(seen.cardId);
  await door.close();
  const [only] = sent;
  if (only === undefined || sent.length !== 1) throw new Error("not one request");
  return { sent: only, input: view.content.input };
}

/** Every way in which one value of it may be another one, be left out, or be joined by one more. */
function* changed(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    yield [...value, value[0] ?? "more"];
    for (const [at, one] of value.entries()) {
      yield value.toSpliced(at, 1);
      for (const other of changed(one)) yield value.with(at, other);
    }
  } else if (typeof value === "object" && value !== null) {
    yield { ...value, more: 1 };
    for (const [name, one] of Object.entries(value)) {
      yield Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
      for (const other of changed(one)) yield { ...value, [name]: other };
    }
  } else if (typeof value === "string") yield `${value}x`;
  else if (typeof value === "number") yield value + 1;
  else if (typeof value === "boolean") yield !value;
  else yield "something";
}

function* wrongOnes(sent: Sent): Generator<Sent> {
  if (sent.body !== null) {
    for (const other of changed(JSON.parse(sent.body))) yield { ...sent, body: JSON.stringify(other) };
    yield { ...sent, body: ` ${sent.body}` };
    // A guest who has accepted was never asked.
    yield { ...sent, body: sent.body.replace(/("email":"[^"]+")}/, '$1,"responseStatus":"accepted"}') };
    // The second of two members with one name is the one that counts.
    yield { ...sent, body: sent.body.replace("{", '{"summary":"Other",') };
    yield { ...sent, headers: { ...sent.headers, "content-type": "text/plain" } };
  } else yield { ...sent, body: "{}" };
  for (const query of ["sendUpdates=externalOnly", "", "sendUpdates=all&sendNotifications=true", "maxAttendees=1"]) {
    yield { ...sent, url: `${sent.url.split("?")[0]}?${query}` };
  }
  const other = sent.url.includes("sendUpdates=all") ? "none" : "all";
  yield { ...sent, url: sent.url.replace(/sendUpdates=\w+/, `sendUpdates=${other}`) };
  yield { ...sent, url: sent.url.replace("/events", "/acl") };
  yield { ...sent, url: sent.url.replace("/calendars/clara", "/calendars/ben") };
  yield { ...sent, url: sent.url.replace(/\/events(\/[^?]+)?/, "/events/another0") };
  yield { ...sent, method: "PUT" };
  if (sent.method !== "DELETE") yield { ...sent, method: "DELETE", body: null };
  const { "if-match": version, ...headers } = sent.headers;
  if (version === undefined) return;
  yield { ...sent, headers };
  yield { ...sent, headers: { ...headers, "if-match": "*" } };
  yield { ...sent, headers: { ...headers, "if-match": '"other"' } };
}

/** A change of what is not in this one leaves it as it is. */
function isSame(one: Sent, other: Sent): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

describe("what would leave for the calendar", () => {
  for (const sample of calendarSamples) {
    it(`of ${sample.name} is what was approved: any single change of it is held back`, async () => {
      const { sent, input } = await sentBy(sample);
      const action = calendarDoor.actions.find(({ name }) => name === sample.action);
      if (action === undefined) throw new Error("no action");
      let left = 0;
      const inner: typeof fetch = async () => {
        left += 1;
        return new Response(null, { status: 204 });
      };
      const post = async ({ url, method, headers, body }: Sent): Promise<void> => {
        const approved = { action, input, purpose: "execute" as const, mostRequests: 9 };
        await actingFetch(inner, calendarDoor, approved).fetch(url, { method, headers, body });
      };
      let tried = 0;
      for (const wrong of wrongOnes(sent)) {
        if (isSame(wrong, sent)) continue;
        tried += 1;
        await expect(post(wrong), JSON.stringify(wrong)).rejects.toMatchObject({ code: "no_permission" });
      }
      expect(left).toBe(0);
      expect(tried).toBeGreaterThan(10);
      await post(sent);
      expect(left).toBe(1);
    });
  }
});
