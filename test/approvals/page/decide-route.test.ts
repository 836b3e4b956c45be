// Holds R25.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BundleView } from "../../../approvals/door.ts";
import { writeSeen } from "../../../approvals/page/page-actions.ts";
import { browserOf } from "./browser-of.ts";
import { type Device, openPageHouse, type PageHouse } from "./page-house.ts";

let house: PageHouse;
let browser: ReturnType<typeof browserOf>;
let device: Device;
beforeEach(async () => {
  house = await openPageHouse();
  browser = browserOf(house.page);
  device = await house.signIn();
});
afterEach(() => house.close());

const recipients = [{ role: "to" as const, channel: "mail" as const, address: "new@firm.example", name: "New" }];
const green = (): Promise<BundleView> => house.propose({ title: "Archive" });
const amber = (text = "Hello."): Promise<BundleView> =>
  house.propose({ title: "Write", text, recipients }, "send_message");
const red = (): Promise<BundleView> => amber("Pay to DE89370400440532013000.");

const numberOf = ({ cards: [view] }: BundleView): number => view?.card.number ?? 0;
const stateOf = async (bundle: BundleView): Promise<string | undefined> =>
  (await house.door.cardByNumber(numberOf(bundle)))?.card.state;
const ticketOn = async (path: string, by: Device = device): Promise<string> =>
  /name="ticket" value="([^"]+)"/.exec(await (await browser.get(path, by)).text())?.[1] ?? "";
const seenOf = (bundle: BundleView): string[] => bundle.open.map(writeSeen);

/** Looks at the card, then posts what its form would. */
async function approve(
  bundle: BundleView,
  fields: Record<string, string> = {},
  on: "card" | "confirm" = "card",
): Promise<number> {
  const path = `/cards/${numberOf(bundle)}`;
  const ticket = await ticketOn(on === "confirm" ? `${path}/confirm` : path);
  house.clock.nowMs += Number(fields["afterMs"] ?? 0);
  const all: [string, string][] = [
    ...seenOf(bundle).map((one): [string, string] => ["seen", one]),
    ...Object.entries({ kind: "approve", ticket, ...fields }),
  ];
  return (await browser.post(`${path}/decide`, all, device)).status;
}

describe("a yes", () => {
  test("to a green card is one press, and pressed twice, in two tabs, it is one", async () => {
    const bundle = await green();
    const path = `/cards/${numberOf(bundle)}`;
    const fields = { seen: seenOf(bundle)[0] ?? "", kind: "approve", ticket: await ticketOn(path) };
    const both = await Promise.all([1, 2].map(() => browser.post(`${path}/decide`, fields, device)));
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    expect(await stateOf(bundle)).toBe("approved");
    expect((await house.door.cardByNumber(numberOf(bundle)))?.decisions).toHaveLength(1);
  });

  test("to an amber card is held a second, or given on the second page a second after it was shown", async () => {
    const bundle = await amber();
    expect(bundle.friction).toBe("amber");
    expect(await approve(bundle)).toBe(409);
    expect(await approve(bundle, { how: "hold" })).toBe(409);
    expect(await approve(bundle, { how: "hold", afterMs: "999" })).toBe(409);
    expect(await approve(bundle, { afterMs: "999" }, "confirm")).toBe(409);
    expect(await stateOf(bundle)).toBe("proposed");
    expect(await approve(bundle, { how: "hold", afterMs: "1000" })).toBe(303);
    const another = await amber();
    expect(await approve(another, { afterMs: "1000" }, "confirm")).toBe(303);
    expect([await stateOf(bundle), await stateOf(another)]).toEqual(["approved", "approved"]);
  });

  test("to a red card is the recipient's domain, typed, where there is no passkey", async () => {
    const bundle = await red();
    expect(bundle.friction).toBe("red");
    for (const typed of ["", "yes", "firm.examp", "xfirm.example"]) {
      expect(await approve(bundle, { typed, how: "hold", afterMs: "5000" })).toBe(409);
    }
    expect(await stateOf(bundle)).toBe("proposed");
    expect([await approve(bundle, { typed: " Firm.Example " }), await stateOf(bundle)]).toEqual([303, "approved"]);
  });

  test("needs the ticket of its own session and cards", async () => {
    const [bundle, another] = [await green(), await green()];
    const other = await house.signIn("other");
    const tickets = [
      "",
      "card.0.x",
      await ticketOn(`/cards/${numberOf(another)}`),
      await ticketOn(`/cards/${numberOf(bundle)}`, other),
    ];
    for (const ticket of tickets) expect(await approve(bundle, { ticket })).toBe(409);
    expect(await stateOf(bundle)).toBe("proposed");
  });

  test("to what was changed meanwhile is refused, and shows it as it is now", async () => {
    const bundle = await amber();
    const path = `/cards/${numberOf(bundle)}`;
    const [seen] = bundle.open;
    const ticket = await ticketOn(path);
    if (seen === undefined) throw new Error("nothing is open");
    const by = { surface: "page", session: "x", proof: "tap" } as const;
    await house.door.edit(seen, { text: "Hello there." }, by);
    house.clock.nowMs += 2000;
    const fields = { seen: writeSeen(seen), kind: "approve", how: "hold", ticket };
    const answer = await browser.post(`${path}/decide`, fields, device);
    expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining("Hello there.")]);
    expect(await stateOf(bundle)).toBe("proposed");
  });

  test("cannot be had at the price of another card", async () => {
    const [cheap, dear] = [await green(), await red()];
    const ticket = await ticketOn(`/cards/${numberOf(dear)}`);
    for (const seen of [seenOf(dear), [...seenOf(cheap), ...seenOf(dear)]]) {
      const all: [string, string][] = [
        ...seen.map((one): [string, string] => ["seen", one]),
        ["kind", "approve"],
        ["ticket", ticket],
        ["typed", "yes"],
      ];
      expect((await browser.post(`/cards/${numberOf(cheap)}/decide`, all, device)).status).toBe(404);
    }
    expect([await stateOf(cheap), await stateOf(dear)]).toEqual(["proposed", "proposed"]);
  });
});

describe("a no and a later", () => {
  test("are one press each, whatever the card", async () => {
    const bundles = [await red(), await amber()];
    for (const [at, kind] of ["reject", "later"].entries()) {
      const bundle = bundles[at];
      if (bundle === undefined) throw new Error("no bundle");
      const fields = { seen: seenOf(bundle)[0] ?? "", kind, reason: "wrong person" };
      expect((await browser.post(`/cards/${numberOf(bundle)}/decide`, fields, device)).status).toBe(303);
    }
    const [first, second] = bundles;
    expect(first && (await stateOf(first))).toBe("rejected");
    expect(second && (await house.door.cardByNumber(numberOf(second)))?.card.laterUntil).not.toBeNull();
  });

  test("lead back to a place of this page and nowhere else", async () => {
    for (const back of [
      "https://attacker.example/",
      "//attacker.example/",
      "javascript:alert(1)",
      "/\\attacker.example",
    ]) {
      const bundle = await green();
      const fields = { seen: seenOf(bundle)[0] ?? "", kind: "reject", back };
      const answer = await browser.post(`/cards/${numberOf(bundle)}/decide`, fields, device);
      expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
    }
  });
});

describe("as JSON", () => {
  test("says in words what became of it", async () => {
    const bundle = await amber();
    const path = `/api/cards/${numberOf(bundle)}/decide`;
    const yes = { seen: seenOf(bundle), kind: "approve", ticket: await ticketOn(`/cards/${numberOf(bundle)}`) };
    const quick = await browser.json(path, yes, device);
    expect([quick.status, await quick.json()]).toMatchObject([409, { kind: "again" }]);
    house.clock.nowMs += 1000;
    const held = await browser.json(path, { ...yes, how: "hold" }, device);
    expect([held.status, await held.json()]).toEqual([
      200,
      { kind: "ok", cards: [{ number: numberOf(bundle), state: "approved" }] },
    ]);
    expect((await browser.json("/api/cards/999/decide", yes, device)).status).toBe(404);
    expect((await browser.json(path, { ...yes, seen: ["x"] }, device)).status).toBe(400);
    expect((await browser.json(path, { ...yes, proof: "passkey", decidedBy: {}, tier: "read" }, device)).status).toBe(
      200,
    );
  });
});
