import { describe, expect, test } from "vitest";
import type { GoogleWorld } from "../../../src/emulators/google/google-world.ts";
import { arrive, base, ben, clara, makeWorld } from "./google-fixture.ts";

const page = async (world: GoogleWorld, query: string): Promise<string> =>
  await (await world.fetch(`${base}/?account=${encodeURIComponent(clara)}&${query}`)).text();

describe("the emulator's page", () => {
  test("shows mail, calendar, Drive and what happened", async () => {
    const world = makeWorld({ seeded: true });
    expect(await page(world, "view=mail")).toContain("The newest 60 of 395");
    expect(await page(world, "view=calendar")).toContain("Lunch with Ana");
    expect(await page(world, "view=drive")).toContain("car.md");
    expect(await page(world, "view=happened")).toContain("Nothing has happened");
    expect(await page(world, "view=nonsense")).toContain("Send a mail to");
  });

  test("opens a text and a sheet of Drive, escaped, and nothing of another account's", async () => {
    const world = makeWorld({ seeded: true });
    const files = [...world.state("drive", clara).files.values()];
    const idOf = (name: string): string => files.find((file) => file.name === name)?.id ?? "";
    expect(await page(world, `view=drive&file=${idOf("car.md")}`)).toContain("version 2");
    expect(await page(world, `view=drive&file=${idOf("Contacts")}`)).toContain("<td>steward_id</td>");
    const hostile = "<img src=x onerror=alert(2)>";
    const body = JSON.stringify({ path: "evil.md", text: hostile });
    await world.fetch(`${base}/_world/file`, { method: "POST", body });
    const evil = [...world.state("drive", clara).files.values()].find(({ name }) => name === "evil.md")?.id ?? "";
    const html = await page(world, `view=drive&file=${evil}`);
    expect(html).toContain("&lt;img");
    expect(html).not.toContain("<img");
    const other = await world.fetch(`${base}/?account=${ben}&view=drive&file=${evil}`);
    expect(await other.text()).not.toContain("&lt;img");
  });

  test("takes a mail from its form and shows it", async () => {
    const world = makeWorld();
    const fields = { account: clara, from: "Tom <tom@x.example>", subject: "Zwölf", text: "Um zwölf?\r\nTom" };
    const answer = await world.fetch(`${base}/page/mail`, { method: "POST", body: new URLSearchParams(fields) });
    expect([answer.status, answer.headers.get("location")]).toEqual([
      303,
      `/?account=${encodeURIComponent(clara)}&view=mail&said=sent`,
    ]);
    const html = await page(world, "view=mail&said=sent");
    expect(html).toContain("Zwölf");
    expect(html).toContain("Sent. It is in the mailbox now.");
    const [{ id = "" } = {}] = world.ledger.all();
    expect(await page(world, `view=mail&message=${id}`)).toContain("Um zwölf?");
    expect(world.state("gmail", ben).messages.size).toBe(0);
  });

  test("escapes what others wrote, and lets nothing run", async () => {
    const world = makeWorld();
    const hostile = `<script>alert(1)</script>"><img src=x onerror=alert(2)>`;
    const id = await arrive(world, { from: `"${hostile}" <evil@x.example>`, subject: hostile, text: hostile });
    for (const query of [
      "view=mail",
      `view=mail&message=${id}`,
      "view=happened",
      `said=${encodeURIComponent(hostile)}`,
    ]) {
      const html = await page(world, query);
      expect(html).not.toMatch(/<script>alert|<img/);
    }
    const answer = await world.fetch(`${base}/`);
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  test("refuses another site's form and another account's name", async () => {
    const world = makeWorld();
    const post = async (account: string, headers: Record<string, string>): Promise<number> =>
      (
        await world.fetch(`${base}/page/mail`, {
          method: "POST",
          headers,
          body: new URLSearchParams({ account, from: "a@x.example" }),
        })
      ).status;
    expect(await post(clara, { origin: "https://evil.example" })).toBe(403);
    expect(await post("nobody@x.example", {})).toBe(400);
    expect(world.ledger.all()).toEqual([]);
  });
});
