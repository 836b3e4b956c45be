import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { actingFetch } from "../../../../approvals/executor/boundary.ts";
import { calendarDoor } from "../../../../connectors/calendar/door.ts";
import type { WritingLife } from "../../../support/writing-life.ts";
import { beginCalendar, eventOf, mailedBy, paul } from "./samples.ts";

let life: WritingLife;
beforeAll(async () => {
  life = await beginCalendar();
});
afterAll(() => life.end());

const lunch = { title: "Lunch", start: "2026-11-24T12:30" };

describe("an event that was made", () => {
  it("goes again when it is undone, unless somebody changed it", async () => {
    const door = await life.open();
    const { cardId } = await door.done("calendar.create_event", lunch);
    expect((await door.door.card(cardId))?.undoable).toBe(true);
    const [made] = door.ledger("event.created");
    expect((await door.undo(cardId)).kind).toBe("ok");
    expect(eventOf(door, made?.id ?? "")?.status).toBe("cancelled");
    const another = await door.done("calendar.create_event", { ...lunch, start: "2026-11-25T12:30" });
    const id = door.ledger("event.created")[1]?.id ?? "";
    await door.done("calendar.update_event", { event: id, location: "Elsewhere" });
    await expect(door.undo(another.cardId)).rejects.toMatchObject({ code: "moved" });
    expect(eventOf(door, id)?.status).toBe("confirmed");
    await door.close();
  });

  it("with guests is not taken back without a card", async () => {
    const door = await life.open();
    const { cardId } = await door.done("calendar.create_event", { ...lunch, guests: [paul] });
    expect((await door.door.card(cardId))?.undoable).toBe(false);
    expect((await door.undo(cardId)).kind).toBe("refused");
    expect(mailedBy(door)).toEqual([paul]);
    expect(door.ledger("event.deleted")).toHaveLength(0);
    await door.close();
  });
});

interface Put {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/** Whether a request of that action would leave for that purpose. */
async function leaves(name: string, ask: unknown, purpose: "execute" | "undo", put: Put): Promise<boolean> {
  const door = await life.open();
  const { view } = await door.propose(name, ask);
  await door.close();
  const action = calendarDoor.actions.find((one) => one.name === name);
  if (action === undefined) throw new Error("no action");
  let left = 0;
  const inner: typeof fetch = async () => {
    left += 1;
    return new Response("{}");
  };
  const { fetch } = actingFetch(inner, calendarDoor, { action, input: view.content.input, purpose, mostRequests: 1 });
  const url = `http://127.0.0.1:1/calendar/v3/calendars/clara%40weiss.example/events${put.path}?sendUpdates=none`;
  const headers = { ...put.headers, ...(put.body === undefined ? {} : { "content-type": "application/json" }) };
  const body = put.body === undefined ? null : JSON.stringify(put.body);
  const code = await fetch(url, { method: put.method, headers, body }).then(
    () => null,
    (error: unknown) => Reflect.get(Object(error), "code"),
  );
  expect(code).toBe(left === 1 ? null : "no_permission");
  return left === 1;
}

describe("what only putting back sends", () => {
  const time = (hour: number) => ({ dateTime: `2026-11-24T${hour}:00:00+01:00`, timeZone: "Europe/Berlin" });
  const texts = { id: "0".repeat(52), summary: "Dentist", location: "Hauptstr. 1", description: "" };
  const shown = { transparency: "opaque", visibility: "default" };
  const copy = { method: "POST", path: "", body: { ...texts, start: time(10), end: time(11), ...shown } };
  const removal = { method: "DELETE", path: "/own00", headers: { "if-match": '"1"' } };

  it("leaves for putting back alone, never as the effect", async () => {
    expect(await leaves("calendar.delete_event", { event: "own00" }, "execute", copy)).toBe(false);
    expect(await leaves("calendar.delete_event", { event: "own00" }, "undo", copy)).toBe(true);
    expect(await leaves("calendar.create_event", lunch, "execute", removal)).toBe(false);
    expect(await leaves("calendar.create_event", lunch, "undo", removal)).toBe(true);
  });

  it("holds for one version, as everything that changes an event does", async () => {
    const ask = { event: "own00", title: "Dentist, again" };
    const body = { summary: "Dentist", extendedProperties: { private: { stewardAction: "a".repeat(32) } } };
    const put = (headers: Record<string, string>) => ({ method: "PATCH", path: "/own00", headers, body });
    expect(await leaves("calendar.update_event", ask, "undo", put({ "if-match": '"1"' }))).toBe(true);
    expect(await leaves("calendar.update_event", ask, "undo", put({ "if-match": "*" }))).toBe(false);
    expect(await leaves("calendar.update_event", ask, "undo", put({}))).toBe(false);
  });
});

describe("an account that may not write", () => {
  it("can have a new event drawn up, and is told what to do for everything else", async () => {
    const door = await life.open();
    const token = [...life.secrets].find(([name]) => name.includes("write_refresh_token"));
    if (token === undefined) throw new Error("no token");
    life.secrets.delete(token[0]);
    try {
      const { view } = await door.propose("calendar.create_event", { title: "Lunch", start: "2026-11-24T12:00" });
      expect(view.missingAccess).not.toBeNull();
      await expect(door.propose("calendar.delete_event", { event: "own00" })).rejects.toThrow(/--write calendar/);
    } finally {
      life.secrets.set(...token);
      await door.close();
    }
  });
});
