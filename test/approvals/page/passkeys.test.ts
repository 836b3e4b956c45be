import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { BundleView } from "../../../approvals/door.ts";
import { writeSeen } from "../../../approvals/page/page-actions.ts";
import { hasPasskey, listPasskeys } from "../../../src/store/passkeys.ts";
import { browserOf } from "./browser-of.ts";
import { type Device, openPageHouse, type PageHouse } from "./page-house.ts";
import { type Misdeeds, makeSoftPasskey, type SoftPasskey } from "./soft-passkey.ts";

const minuteMs = 60_000;
let house: PageHouse;
let browser: ReturnType<typeof browserOf>;
let device: Device;
let key: SoftPasskey;
beforeEach(async () => {
  house = await openPageHouse();
  browser = browserOf(house.page);
  device = await house.signIn();
  key = makeSoftPasskey(house.page.authority());
});
afterEach(() => house.close());

const asked = z.object({ options: z.object({ challenge: z.string() }) });
const optionsOf = async (answer: Response): Promise<{ challenge: string }> => asked.parse(await answer.json()).options;

async function enrol(by: Device = device, bad: Misdeeds = {}, passkey = key): Promise<number> {
  const answer = await browser.json("/api/passkeys/new", {}, by);
  if (answer.status !== 200) return answer.status;
  const made = passkey.create(await optionsOf(answer), bad);
  return (await browser.json("/api/passkeys/add", { answer: made }, by)).status;
}

async function prove(by: Device = device, bad: Misdeeds = {}): Promise<number> {
  const options = await optionsOf(await browser.json("/api/passkeys/ask", { for: "prove" }, by));
  return (await browser.json("/api/passkeys/prove", { answer: key.get(options, bad) }, by)).status;
}

const redCard = (): Promise<BundleView> =>
  house.propose(
    {
      title: "Pay them",
      text: "Our IBAN is DE89370400440532013000.",
      recipients: [{ role: "to", channel: "mail", address: "bill@new.example", name: "Bill" }],
    },
    "send_message",
  );
const stateOf = async ({ cards: [view] }: BundleView): Promise<string | undefined> =>
  (await house.door.cardByNumber(view?.card.number ?? 0))?.card.state;
const askFor = async (bundle: BundleView, by: Device = device): Promise<{ challenge: string }> =>
  await optionsOf(await browser.json("/api/passkeys/ask", { for: "decide", seen: bundle.open.map(writeSeen) }, by));

async function approve(bundle: BundleView, assertion: unknown, by: Device = device): Promise<Response> {
  const path = `/cards/${bundle.cards[0]?.card.number}`;
  const ticket = /name="ticket" value="([^"]+)"/.exec(await (await browser.get(path, by)).text())?.[1] ?? "";
  const seen = bundle.open.map((one): [string, string] => ["seen", writeSeen(one)]);
  return await browser.post(
    `${path}/decide`,
    [...seen, ["kind", "approve"], ["ticket", ticket], ["end", "seen"], ["assertion", JSON.stringify(assertion)]],
    by,
  );
}

describe("adding a passkey", () => {
  test("the first takes a login from the terminal within ten minutes", async () => {
    expect(await enrol()).toBe(200);
    expect((await listPasskeys(house.store, "localhost")).map(({ id, name }) => [id, name])).toEqual([
      [key.id, "A browser"],
    ]);
  });

  test("is refused to a session that only has its cookie", async () => {
    house.clock.nowMs += 10 * minuteMs;
    expect(await enrol()).toBe(403);
    expect(await hasPasskey(house.store)).toBe(false);
  });

  test("another takes one that was used within ten minutes, not a fresh login", async () => {
    await enrol();
    const fresh = await house.signIn("fresh");
    const second = makeSoftPasskey(house.page.authority());
    expect(await enrol(fresh, {}, second)).toBe(403);
    expect(await prove(fresh)).toBe(200);
    expect(await enrol(fresh, {}, second)).toBe(200);
    house.clock.nowMs += 10 * minuteMs;
    expect(await enrol(fresh, {}, makeSoftPasskey(house.page.authority()))).toBe(403);
  });

  test.each<[string, Misdeeds]>([
    ["made for another page", { origin: "http://localhost:3000" }],
    ["made for another name", { rpId: "attacker.example" }],
    ["made without the owner verified", { verified: false }],
    ["made for another question", { challenge: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }],
  ])("one %s is not kept", async (_name, bad) => {
    expect(await enrol(device, bad)).toBe(403);
    expect(await hasPasskey(house.store)).toBe(false);
  });

  test("removing one takes it, too", async () => {
    await enrol();
    house.clock.nowMs += 10 * minuteMs;
    expect((await browser.post(`/passkeys/${key.id}/remove`, {}, device)).status).toBe(403);
    expect(await hasPasskey(house.store)).toBe(true);
    await prove();
    expect((await browser.post(`/passkeys/${key.id}/remove`, {}, device)).status).toBe(303);
    expect(await hasPasskey(house.store)).toBe(false);
  });
});

describe("a red card", () => {
  test("takes the passkey that signed for it", async () => {
    await enrol();
    const bundle = await redCard();
    expect(bundle.friction).toBe("red");
    const answer = await approve(bundle, key.get(await askFor(bundle)));
    expect([answer.status, await stateOf(bundle)]).toEqual([303, "approved"]);
    const [view] = bundle.cards;
    const decided = (await house.door.cardByNumber(view?.card.number ?? 0))?.decisions;
    expect(decided?.map(({ decidedBy }) => decidedBy)).toEqual([
      { surface: "page", session: "device-1", proof: "passkey" },
    ]);
  });

  test("takes the typed name no more once there is a passkey", async () => {
    await enrol();
    const bundle = await redCard();
    const path = `/cards/${bundle.cards[0]?.card.number}`;
    const ticket = /name="ticket" value="([^"]+)"/.exec(await (await browser.get(path, device)).text())?.[1] ?? "";
    const seen = bundle.open.map((one): [string, string] => ["seen", writeSeen(one)]);
    const fields: [string, string][] = [...seen, ["kind", "approve"], ["ticket", ticket], ["typed", "new.example"]];
    expect((await browser.post(`${path}/decide`, fields, device)).status).toBe(409);
    expect(await stateOf(bundle)).toBe("proposed");
  });

  test("does not take what was signed for another card, revision or purpose", async () => {
    await enrol();
    const [one, two] = [await redCard(), await redCard()];
    expect((await approve(two, key.get(await askFor(one)))).status).toBe(409);
    const [first] = one.open;
    if (first === undefined) throw new Error("no open card");
    const older = { ...one, open: [{ ...first, revision: 2 }] };
    expect((await approve(one, key.get(await askFor(older)))).status).toBe(409);
    const proof = await optionsOf(await browser.json("/api/passkeys/ask", { for: "prove" }, device));
    expect((await approve(one, key.get(proof))).status).toBe(409);
    expect([await stateOf(one), await stateOf(two)]).toEqual(["proposed", "proposed"]);
  });

  test("does not take an answer twice, late, or of another device's session", async () => {
    await enrol();
    const other = await house.signIn("other");
    const bundle = await redCard();
    const late = await askFor(bundle);
    house.clock.nowMs += 2 * minuteMs;
    expect((await approve(bundle, key.get(late))).status).toBe(409);
    expect((await approve(bundle, key.get(await askFor(bundle, other)))).status).toBe(409);
    const used = key.get(await askFor(bundle), { verified: false });
    expect((await approve(bundle, used)).status).toBe(409);
    expect((await approve(bundle, used)).status).toBe(409);
    expect(await stateOf(bundle)).toBe("proposed");
  });

  test.each<[string, Misdeeds]>([
    ["for another page", { origin: "http://localhost:3000" }],
    ["for another name", { rpId: "attacker.example" }],
    ["without the owner verified", { verified: false }],
    ["by a copy whose counter stands still", { counter: 1 }],
  ])("does not take what was signed %s", async (_name, bad) => {
    await enrol();
    const bundle = await redCard();
    expect((await approve(bundle, key.get(await askFor(bundle), bad))).status).toBe(409);
    expect(await stateOf(bundle)).toBe("proposed");
  });

  test("does not take a passkey nobody enrolled, or no JSON at all", async () => {
    await enrol();
    const bundle = await redCard();
    const stranger = makeSoftPasskey(house.page.authority());
    expect((await approve(bundle, stranger.get(await askFor(bundle)))).status).toBe(409);
    for (const junk of ["x", {}, { id: key.id }, null]) expect((await approve(bundle, junk)).status).toBe(409);
    expect(await stateOf(bundle)).toBe("proposed");
  });
});

describe("behind an https name", () => {
  beforeEach(async () => {
    await house.close();
    house = await openPageHouse({ settings: { port: 7373, address: "https://steward.example", ipv6: false } });
    browser = browserOf(house.page);
    device = await house.signIn();
    key = makeSoftPasskey(house.page.authority());
  });

  test("nothing is shown or done before a passkey was used in this very session", async () => {
    await house.propose({ title: "Archive" });
    const before = await browser.get("/", device);
    expect([before.status, before.headers.get("location")]).toEqual([303, "/passkey"]);
    expect((await browser.get("/events", device)).status).toBe(403);
    expect((await browser.post("/stop", {}, device)).status).toBe(403);
    expect(await (await browser.get("/passkey", device)).text()).toContain("Add a passkey");
    expect(await enrol()).toBe(200);
    expect((await browser.get("/", device)).status).toBe(200);
    const other = await house.signIn("other");
    expect((await browser.get("/", other)).status).toBe(303);
    expect(await (await browser.get("/passkey", other)).text()).toContain("Use your passkey");
    expect(await prove(other)).toBe(200);
    expect((await browser.get("/", other)).status).toBe(200);
  });
});
