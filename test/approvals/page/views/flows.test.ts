// Holds R3, R22, R134.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeSeen } from "../../../../approvals/page/page-actions.ts";
import { lastReadAt } from "../../../../src/store/digests.ts";
import { csrf, openPageLife, type PageLife } from "../page-life.ts";

let life: PageLife;
beforeAll(async () => {
  life = await openPageLife();
});
afterAll(() => life.close());

async function get(path: string): Promise<string> {
  return await (await life.app.request(path)).text();
}

async function post(path: string, fields: Record<string, string | string[]>): Promise<Response> {
  const body = new URLSearchParams({ csrf });
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) body.append(name, one);
  return await life.app.request(path, { method: "POST", body });
}

async function seenOf(number: number): Promise<string[]> {
  const view = await life.door.cardByNumber(number);
  const bundle = view === null ? null : await life.door.bundle(view.card.bundleId);
  return (bundle?.open ?? []).map(writeSeen);
}

/** The ticket that stands on a page right now. */
async function ticketOn(path: string): Promise<string> {
  return /name="ticket" value="([^"]+)"/.exec(await get(path))?.[1] ?? "";
}

async function turn(): Promise<void> {
  while ((await life.door.turn(new AbortController().signal)) > 0);
}

const state = async (number: number) => (await life.door.cardByNumber(number))?.card.state;

describe("a yes", () => {
  test("to a green card leads to the next one, with the countdown, and can be taken back", async () => {
    const answer = await post("/cards/1/decide", {
      seen: await seenOf(1),
      kind: "approve",
      ticket: await ticketOn("/cards/1"),
    });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
    const next = await get("/");
    expect(next).toContain("Leaves in <time");
    expect(next).toContain('data-left="20000"');
    expect(next).toContain('action="/cards/1/send-now"');
    const undone = await post("/cards/1/undo", { back: "/today" });
    expect(undone.headers.get("location")).toBe("/today");
    life.clock.nowMs += 60_000;
    await turn();
    expect(await state(1)).not.toBe("done");
    expect(await get("/cards/1")).toContain("Draw it up again");
  });

  test("to an amber card needs a second, by whatever it was pressed", async () => {
    const [seen, ticket] = [await seenOf(5), await ticketOn("/cards/5")];
    const tapped = await post("/cards/5/decide", { seen, kind: "approve", ticket, how: "tap" });
    expect(tapped.status).toBe(409);
    expect((await post("/cards/5/decide", { seen, kind: "approve", ticket, how: "hold" })).status).toBe(409);
    life.clock.nowMs += 1000;
    expect((await post("/cards/5/decide", { seen, kind: "approve", ticket, how: "tap" })).status).toBe(409);
    expect((await post("/cards/5/decide", { seen, kind: "approve", ticket, how: "hold" })).status).toBe(303);
    expect(await state(5)).toBe("approved");
  });

  test("to a red card needs its name typed, not another, and no ticket of another card helps", async () => {
    const seen = await seenOf(7);
    const ticket = await ticketOn("/cards/7");
    life.clock.nowMs += 5000;
    for (const typed of ["", "nordbank.example", "yes"]) {
      expect((await post("/cards/7/decide", { seen, kind: "approve", ticket, typed, how: "hold" })).status).toBe(409);
    }
    const other = await ticketOn("/cards/8");
    expect(
      (await post("/cards/7/decide", { seen, kind: "approve", ticket: other, typed: "n0rdbank.example" })).status,
    ).toBe(409);
    expect(await state(7)).toBe("proposed");
    const answer = await post("/cards/7/decide", { seen, kind: "approve", ticket, typed: " N0rdbank.example " });
    expect(answer.status).toBe(303);
  });

  test("to a long card needs its end in view, or the page that has the button there", async () => {
    const [seen, ticket] = [await seenOf(8), await ticketOn("/cards/8")];
    expect((await post("/cards/8/decide", { seen, kind: "approve", ticket })).status).toBe(409);
    const second = await ticketOn("/cards/8/confirm");
    expect((await post("/cards/8/decide", { seen, kind: "approve", ticket: second })).status).toBe(303);
  });

  test("to what was changed meanwhile is refused, and the page says so", async () => {
    const [seen, ticket] = [await seenOf(4), await ticketOn("/cards/4")];
    const edited = await post("/cards/4/edit", { seen: seen[0] ?? "", text: "Anything" });
    expect(edited.status).toBe(303);
    const answer = await post("/cards/4/decide", { seen, kind: "approve", ticket });
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain("was changed after you saw it");
  });
});

describe("the rest of a card's life", () => {
  test("lines that are left out make another card, which asks again", async () => {
    const before = await seenOf(6);
    const answer = await post("/cards/6/exclude", { seen: before[0] ?? "", leave: ["m0", "m1", "m2"] });
    expect(answer.headers.get("location")).toBe("/cards/6");
    expect((await get("/cards/6")).match(/name="leave"/g)).toHaveLength(38);
    expect(await seenOf(6)).not.toEqual(before);
  });

  test("a change is done at once and can be undone from every page", async () => {
    await post("/cards/6/decide", { seen: await seenOf(6), kind: "approve", ticket: await ticketOn("/cards/6") });
    await turn();
    expect(await get("/people")).toContain("Archived 41 mails.");
    expect(await get("/ledger")).toContain("Archived 41 mails.");
    expect((await post("/cards/6/undo", { back: "/people" })).status).toBe(303);
    expect(await get("/ledger")).toContain("Undone");
  });

  test("a no asks why afterwards, for a minute, on every page", async () => {
    await post("/cards/4/decide", { seen: await seenOf(4), kind: "reject" });
    expect(await state(4)).toBe("rejected");
    const page = await get("/health");
    expect(page).toContain("Rejected. Say why");
    expect(page).toContain('value="wrong person"');
    const view = await life.door.cardByNumber(4);
    const seen = writeSeen({
      cardId: view?.card.id ?? "",
      revision: view?.card.revision ?? 0,
      sha256: view?.sha256 ?? "",
    });
    const answer = await post("/cards/4/decide", { seen, kind: "reject", reason: "wrong person", back: "/health" });
    expect(answer.headers.get("location")).toBe("/health");
    await post("/cards/4/decide", { seen, kind: "reject", reason: "another reason" });
    expect((await life.door.cardByNumber(4))?.card.reason).toBe("wrong person");
    expect(await get("/health")).not.toContain("Rejected. Say why");
    expect(await get("/cards/4")).toContain("Draw it up again");
  });

  test("stop shows on every page and voids what was on its way, until it is lifted", async () => {
    expect((await post("/stop", { back: "/search" })).headers.get("location")).toBe("/search");
    expect(await get("/search")).toContain("Everything is stopped.");
    expect(await get("/cards/2")).toContain("Everything is stopped.");
    expect(await state(5)).not.toBe("approved");
    await post("/resume", {});
    expect(await get("/search")).not.toContain("Everything is stopped.");
  });

  test("what was handed over waits until the owner says that it is done", async () => {
    const ticket = await ticketOn("/cards/2/confirm");
    life.clock.nowMs += 1500;
    const view = await life.door.cardByNumber(2);
    const bundle = await life.door.bundle(view?.card.bundleId ?? "");
    const typed = (bundle?.cards ?? []).map(({ verdict }) => verdict.typeToApprove ?? "yes").join(" ");
    const answer = await post("/cards/2/decide", { seen: await seenOf(2), kind: "approve", ticket, typed });
    expect(answer.status).toBe(303);
    life.clock.nowMs += 30_000;
    await turn();
    expect(await get("/")).toContain("Handed to you");
    await post("/cards/3/done", {});
    expect(await get("/cards/3")).toContain("You marked it done");
  });
});

describe("the day and the house", () => {
  test("what was missed is read when the owner says so, and not by looking", async () => {
    const before = await lastReadAt(life.life.store);
    await get("/today");
    expect(await lastReadAt(life.life.store)).toBe(before);
    const number = /name="digest" value="(\d+)"/.exec(await get("/today"))?.[1] ?? "";
    await post("/today/read", { digest: number });
    expect(await lastReadAt(life.life.store)).not.toBe(before);
    expect(await get("/today")).toContain("You read this");
  });

  test("a theme is kept in a cookie, and leads back only within the page", async () => {
    const answer = await post("/theme", { theme: "dark", back: "https://evil.example/" });
    expect(answer.headers.get("location")).toBe("/");
    expect(answer.headers.get("set-cookie")).toContain(
      "theme=dark; Max-Age=31536000; Path=/; HttpOnly; SameSite=Strict",
    );
    const page = await life.app.request("/", { headers: { cookie: "theme=dark" } });
    expect(await page.text()).toContain('data-theme="dark"');
    for (const back of ["//evil.example", "/\\evil.example", "javascript:alert(1)"]) {
      expect((await post("/theme", { theme: "auto", back })).headers.get("location")).toBe("/");
    }
  });

  test("a question about two people is answered once", async () => {
    const form =
      /name="identity" value="(\d+)"><input type="hidden" name="other" value="(\d+)"><input type="hidden" name="otherIs" value="(\w+)"/;
    const [, identity = "", other = "", otherIs = ""] = form.exec(await get("/people")) ?? [];
    expect((await post("/people/same", { identity, other, otherIs, answer: "different" })).status).toBe(303);
    expect(await get("/people")).not.toContain(`name="identity" value="${identity}"`);
  });

  test("a thread is put off, muted and opened again", async () => {
    await post("/threads/1/state", { state: "snoozed" });
    expect(await get("/threads/1")).toContain("snoozed until");
    await post("/threads/1/state", { state: "open" });
    expect(await get("/threads/1")).not.toContain("snoozed until");
  });

  test("a form that is none of the page's does nothing", async () => {
    expect((await post("/threads/1/state", { state: "gone" })).status).toBe(400);
    expect((await post("/cards/1/edit", { seen: "x" })).status).toBe(400);
    expect((await post("/cards/999/undo", {})).status).toBe(404);
  });
});
