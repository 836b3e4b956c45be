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

describe("what only putting back sends", () => {
  it("leaves for putting back alone, never as the effect", async () => {
    const door = await life.open();
    const { view } = await door.propose("calendar.delete_event", { event: "own00" });
    await door.close();
    const action = calendarDoor.actions.find(({ name }) => name === "calendar.delete_event");
    if (action === undefined) throw new Error("no action");
    const { recurrence: _none, guests: _nobody, title, free: _free, ...copy } = Object(Object(view.content.input).copy);
    const { start, end, location, description, visibility } = copy;
    const times = { start, end, transparency: "opaque", visibility };
    const body = JSON.stringify({ id: "0".repeat(52), summary: title, location, description, ...times });
    let left = 0;
    const inner: typeof fetch = async () => {
      left += 1;
      return new Response("{}");
    };
    const send = async (purpose: "execute" | "undo") => {
      const approved = { action, input: view.content.input, purpose, mostRequests: 1 };
      const headers = { "content-type": "application/json" };
      const url = "http://127.0.0.1:1/calendar/v3/calendars/clara%40weiss.example/events?sendUpdates=none";
      await actingFetch(inner, calendarDoor, approved).fetch(url, { method: "POST", headers, body });
    };
    await expect(send("execute")).rejects.toMatchObject({ code: "no_permission" });
    expect(left).toBe(0);
    await send("undo");
    expect(left).toBe(1);
  });
});
