// Holds R14.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { handoffDoor } from "../../../../connectors/handoff/door.ts";
import type { Action, Preview } from "../../../../src/core/action.ts";
import { canonicalHash, canonicalJson } from "../../../../src/core/canonical.ts";
import { plainCall, plainLook } from "../../../support/plain-look.ts";
import { samples } from "./samples.ts";

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "steward-handoff-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

function need(name: string): Action {
  const action = handoffDoor.actions.find((one) => one.name === name);
  if (action === undefined) throw new Error(`no ${name}`);
  return action;
}

async function draw(name: string, ask: unknown): Promise<{ action: Action; input: unknown; preview: Preview }> {
  await samples.find((one) => one.action === name)?.setup(home);
  const action = need(name);
  const look = plainLook(home, null);
  const input = action.input.parse(await action.resolve(action.ask.parse(ask), look));
  return { action, input, preview: await action.preview(input, look) };
}

test("the tiers are what they are", () => {
  expect(Object.fromEntries(handoffDoor.actions.map(({ name, tier }) => [name, tier]))).toEqual({
    "handoff.open_link": "draft",
    "handoff.checklist": "draft",
    "handoff.whatsapp": "draft",
    "handoff.mail": "draft",
    "handoff.call": "draft",
    "handoff.pay": "critical",
    "handoff.sign": "critical",
    "handoff.settings": "critical",
  });
});

describe.each(samples)("$action", ({ action: name, ask }) => {
  test("is drawn up, shown, handed over and read back from its bytes", async () => {
    const { action, input, preview } = await draw(name, ask);
    expect(action.input.parse(JSON.parse(canonicalJson(input)))).toEqual(input);
    expect(preview.handOff?.steps.length).toBeGreaterThan(0);
    const call = plainCall(null);
    const result = await action.execute(input, null, call);
    expect(action.result.parse(result)).toEqual({ handedAt: "2026-11-21T09:07:00.000Z" });
    expect(await action.reconcile(input, null, call)).toEqual({ kind: "done", result });
    expect(action.receipt(input, result)).toBe("Handed to you.");
    expect(action.undo).toBeUndefined();
  });

  test("touches nothing in the home, and has no request to send", async () => {
    const { action, input } = await draw(name, ask);
    const before = await readdir(home);
    await action.execute(input, null, plainCall(null));
    expect(await readdir(home)).toEqual(before);
    const request = {
      method: "POST",
      path: "/",
      query: new URLSearchParams(),
      contentType: "",
      body: new Uint8Array(),
    };
    expect(() => action.readBack(request)).toThrow("sends nothing");
    expect(handoffDoor.isReading(request)).toBe(false);
  });

  test("has another hash when any letter of it is another", async () => {
    const { input } = await draw(name, ask);
    const text = canonicalJson(input);
    const hash = canonicalHash(input);
    const letters = [...text.matchAll(/[a-zA-Z0-9]/g)].map((found) => found.index);
    fc.assert(
      fc.property(fc.constantFrom(...letters), fc.constantFrom("x", "Q", "7"), (at, letter) => {
        const changed = text.slice(0, at) + letter + text.slice(at + 1);
        fc.pre(changed !== text && isJson(changed));
        expect(canonicalHash(JSON.parse(changed))).not.toBe(hash);
      }),
      { numRuns: 60 },
    );
  });

  test("refuses a field it does not know", () => {
    expect(need(name).ask.safeParse({ ...Object(ask), tier: "read" }).success).toBe(false);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("links", () => {
  test("are shown and opened in their parsed form", async () => {
    const { preview } = await draw("handoff.open_link", { url: "https://müller.example/a", why: "Look" });
    expect(preview.handOff?.url).toBe("https://xn--mller-kva.example/a");
    expect(preview.title).toBe("Open xn--mller-kva.example");
    expect(preview.fields).toContainEqual({ label: "Link", value: "https://xn--mller-kva.example/a" });
  });

  test.each([
    "http://127.0.0.1:8787/",
    "javascript:alert(1)",
    "https://a:b@evil.example/",
    "https://x.example/\u202e",
  ])("that lead elsewhere are refused, also inside a list: %j", async (url) => {
    await expect(draw("handoff.open_link", { url, why: "Look" })).rejects.toThrow("not one to open");
    await expect(draw("handoff.pay", { title: "Pay", steps: [{ title: "Open", url }] })).rejects.toThrow(
      "not one to open",
    );
    expect(need("handoff.open_link").input.safeParse({ url, values: [], why: "Look" }).success).toBe(false);
  });

  test("that are not in their parsed form are no approved bytes", () => {
    const input = { url: "https://Portal.example", values: [], why: "Look" };
    expect(need("handoff.open_link").input.safeParse(input).success).toBe(false);
  });
});

describe("messages", () => {
  test("to a name in contacts.csv open WhatsApp with number and text, and nothing else in the link", async () => {
    const { preview } = await draw("handoff.whatsapp", { to: "ines", text: "Ça va? 50% & more #1\nBye" });
    expect(preview.recipients).toEqual([
      { role: "to", channel: "whatsapp", address: "+33612345678", name: "Inès Moreau" },
    ]);
    const url = new URL(preview.handOff?.url ?? "");
    expect(url.origin + url.pathname).toBe("https://wa.me/33612345678");
    expect([...url.searchParams]).toEqual([["text", "Ça va? 50% & more #1\nBye"]]);
  });

  test.each([
    ["Nobody Known", "neither a phone number nor a name"],
    ["Tom Reyes", "has no number"],
    ["Paul Adler", "more than one"],
  ])("to %s are not guessed", async (to, why) => {
    await expect(draw("handoff.whatsapp", { to, text: "Hi" })).rejects.toThrow(why);
  });

  test("lose what cannot be seen before they are shown", async () => {
    const { input, preview } = await draw("handoff.whatsapp", { to: "+49171234567", text: "a\u200bb\r\nc\u202e" });
    expect(preview.text).toBe("ab\nc");
    expect(need("handoff.whatsapp").input.safeParse({ ...Object(input), text: "a\u200bb" }).success).toBe(false);
  });

  test("in a mail link carry exactly these recipients, subject and text", async () => {
    const ask = { to: ["a&bcc=x@y.example"], subject: "A & B?", text: "One\nTwo&bcc=evil@x.example" };
    const url = (await draw("handoff.mail", ask)).preview.handOff?.url ?? "";
    expect(url).toBe("mailto:a%26bcc%3Dx@y.example?subject=A%20%26%20B%3F&body=One%0D%0ATwo%26bcc%3Devil%40x.example");
  });

  test("can be edited as text, and are cleaned again", async () => {
    const { action, input } = await draw("handoff.whatsapp", { to: "+49171234567", text: "Hi" });
    const edited = action.edit?.apply(input, { text: "Hello\u200b\r\nthere" });
    expect(action.edit?.read(edited)).toEqual({ text: "Hello\nthere" });
    expect(action.input.safeParse(edited).success).toBe(true);
  });
});

test.each(["pay", "sign", "settings"])("%s says that steward never does it", async (verb) => {
  const { preview } = await draw(`handoff.${verb}`, { title: "Now", steps: [{ title: "Do it" }] });
  expect(preview.consequences.join(" ")).toMatch(/^Steward never /);
});
