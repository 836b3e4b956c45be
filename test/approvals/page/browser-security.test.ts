// Holds R35, R37, R41, R86.
import type { Browser, BrowserContext, Page as Tab } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { BundleView } from "../../../approvals/door.ts";
import type { RunningPage } from "../../../approvals/page/create-page.ts";
import { writeSeen } from "../../../approvals/page/page-actions.ts";
import { listPasskeys } from "../../../src/store/passkeys.ts";
import { hasBrowser, noBrowser, openBrowser } from "../../support/browser.ts";
import { securityFile } from "../gate/security-data.ts";
import { openHostilePage } from "./hostile-page.ts";
import { openPageHouse, type PageHouse } from "./page-house.ts";

let house: PageHouse;
let running: RunningPage;
let browser: Browser;
let context: BrowserContext;
beforeAll(async () => {
  if (!hasBrowser) return;
  house = await openPageHouse({ settings: { port: 0, address: null, ipv6: false }, realTime: true });
  running = await house.page.listen();
  browser = await openBrowser(["--host-resolver-rules=MAP attacker.example 127.0.0.1"]);
  context = await browser.newContext();
});
afterAll(async () => {
  await browser?.close();
  await running?.close();
  await house?.close();
});

const stateOf = async ({ cards: [view] }: BundleView): Promise<string | undefined> =>
  (await house.door.cardByNumber(view?.card.number ?? 0))?.card.state;

/** Opens the link a terminal gives, and presses its button. */
async function signIn(tab: Tab): Promise<void> {
  await tab.goto(await running.mintLink());
  await tab.getByRole("button", { name: "Sign in" }).click();
  await tab.waitForURL(`${running.origin}/`);
}

describe.skipIf(!hasBrowser)(`in a real browser${hasBrowser ? "" : ` (skipped: ${noBrowser})`}`, () => {
  test("a link signs in by one press, and leaves its token and the cookie to nobody", async () => {
    const tab = await context.newPage();
    const referers: string[] = [];
    tab.on("request", (request) => referers.push(request.headers()["referer"] ?? ""));
    await signIn(tab);
    expect(tab.url()).toBe(`${running.origin}/`);
    expect(await tab.evaluate("document.cookie")).not.toContain("steward");
    expect(referers.filter((one) => !one.startsWith(running.origin) && one !== "")).toEqual([]);
    const [cookie] = (await context.cookies()).filter(({ name }) => name.startsWith("steward_"));
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", domain: "localhost", path: "/" });
    await tab.reload();
    expect(await tab.title()).not.toContain("Sign in");
  });

  test("a page on another port gets nothing done and nothing to see, by whatever way", async () => {
    const bundle = await house.propose({ title: "Archive" });
    const [seen] = bundle.open;
    if (seen === undefined) throw new Error("nothing is open");
    const hostile = await openHostilePage(running.origin, {
      number: bundle.cards[0]?.card.number ?? 0,
      seen: writeSeen(seen),
    });
    await signIn(await context.newPage());
    const tab = await context.newPage();
    const answers: string[] = [];
    let tried = 0;
    tab.on("request", (request) => {
      if (new URL(request.url()).origin === running.origin) tried++;
    });
    tab.on("response", (answer) => {
      const { origin, pathname } = new URL(answer.url());
      if (origin === running.origin) answers.push(`${answer.request().method()} ${pathname} ${answer.status()}`);
    });
    await tab.goto(`${hostile.origin}/`);
    await tab.waitForFunction("window.isDone === true");
    const results = z.record(z.string(), z.unknown()).parse(await tab.evaluate("window.results"));
    // `sendBeacon` only says that it queued something.
    expect(results).toEqual({
      beacon: true,
      "beacon json": true,
      "no-cors form": "failed",
      "no-cors text": "failed",
      "cors json": "failed",
      "cors read": "failed",
      "no-cors read": "failed",
      options: "failed",
      delete: "failed",
      socket: "failed",
      events: "failed",
      frame: "closed",
      opener: "closed",
      script: "undefined",
    });
    expect(tried).toBeGreaterThan(10);
    expect(answers.filter((one) => !/ (403|405)$/.test(one))).toEqual([]);
    // The browser gives the cookie to every port of `localhost`: why users of one computer are told apart by the system instead.
    expect(hostile.cookies().join()).toContain("steward_");
    expect([await stateOf(bundle), await house.door.stopped()]).toEqual(["proposed", null]);
    await hostile.close();
  });

  test("a name that was led to this computer is not the page's", async () => {
    const { port } = new URL(running.origin);
    const tab = await context.newPage();
    const answer = await tab.goto(`http://attacker.example:${port}/`);
    expect(answer?.status()).toBe(421);
    expect(await tab.content()).not.toContain("Archive");
  });

  const markup = z.object({ strings: z.array(z.string()) }).safeParse(securityFile("markup.json")).data?.strings;
  test.skipIf(markup === undefined)(
    "markup of others is text: no request, no dialog, no script (skipped without the shared data)",
    async () => {
      const tab = await context.newPage();
      const [foreign, told]: [string[], string[]] = [[], []];
      const asked = new Set<string>();
      await signIn(tab);
      tab.on("request", (request) => {
        const url = new URL(request.url());
        if (url.origin === running.origin) asked.add(url.pathname);
        else foreign.push(request.url());
      });
      tab.on("dialog", (dialog) => {
        told.push(dialog.message());
        void dialog.dismiss();
      });
      tab.on("console", (message) => told.push(message.text()));
      tab.on("pageerror", (error) => told.push(String(error)));
      const strings = markup ?? [];
      for (const [at, title] of strings.entries()) await house.propose({ title: `${at}: ${title}` });
      const bundle = await house.propose(
        {
          title: "All of it",
          text: strings.join("\n"),
          fields: strings.map((text) => ({ label: text, value: text })),
          diffs: strings.map((text) => ({ name: text, before: text, after: `${text} now` })),
          consequences: strings,
          recipients: strings.map((name, at) => ({
            role: "to",
            channel: "mail",
            address: `a${at}@firm.example`,
            name,
          })),
        },
        "send_message",
      );
      for (const path of [`/cards/${bundle.cards[0]?.card.number}`, "/queue"]) {
        await tab.goto(`${running.origin}${path}`);
        const shown = (await tab.locator("#main").innerText()).replace(/\s+/g, " ");
        const printable = strings
          .filter((text) => !/[\u0000-\u001f]/.test(text))
          .map((text) => text.replace(/\s+/g, " "));
        expect(printable.filter((text) => !shown.includes(text))).toEqual([]);
      }
      expect([foreign, told]).toEqual([[], []]);
      const own = [...asked].filter(
        (path) => !/^\/(cards\/\d+|queue|events|assets\/[\w-]+\.(ts|js|css|svg))?$/.test(path),
      );
      expect(own).toEqual([]);
    },
  );

  test("a passkey is added and approves a red card", async () => {
    const tab = await context.newPage();
    const device = await context.newCDPSession(tab);
    await device.send("WebAuthn.enable");
    await device.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await signIn(tab);
    await tab.goto(`${running.origin}/passkey`);
    await tab.getByRole("button", { name: "Add a passkey" }).click();
    await tab.waitForURL(`${running.origin}/`);
    expect(await listPasskeys(house.store, "localhost")).toHaveLength(1);
    const recipients = [{ role: "to" as const, channel: "mail" as const, address: "pay@firm.example", name: "Pay" }];
    const text = "Our IBAN is DE89370400440532013000.";
    const bundle = await house.propose({ title: "Pay", text, recipients }, "send_message");
    await tab.goto(`${running.origin}/cards/${bundle.cards[0]?.card.number}`);
    await tab.locator("#decide button[data-passkey]").click();
    await expect.poll(() => stateOf(bundle)).toBe("approved");
    const decided = (await house.door.bundle(bundle.bundleId))?.cards[0]?.decisions;
    expect(decided?.[0]?.decidedBy.proof).toBe("passkey");
  });
});
