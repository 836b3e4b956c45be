import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContext, Page as Tab } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { createPage, type RunningPage } from "../../../../approvals/page/create-page.ts";
import type { Origin } from "../../../../src/core/card.ts";
import { askJobSchema } from "../../../../src/core/run.ts";
import { getKeptFile } from "../../../../src/store/kept-files.ts";
import { leaveAsk } from "../../../../src/store/leave-ask.ts";
import type { Store } from "../../../../src/store/open-store.ts";
import { appendRunEvent } from "../../../../src/store/run-events.ts";
import { claimRun, listRuns } from "../../../../src/store/runs.ts";
import { hasBrowser, noBrowser, openBrowser } from "../../../support/browser.ts";
import { openPageLife, type PageLife } from "../page-life.ts";
import { sleepFor } from "../sleep-for.ts";
import { type Staged, staged } from "../stage.ts";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const axeResult = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      impact: z.string().nullable(),
      nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
    }),
  ),
});

// A browser shares the machine with whatever else is tested.
vi.setConfig({ testTimeout: 90_000 });

let life: PageLife;
let running: RunningPage;
let browser: Browser;
let turning: NodeJS.Timeout;
const faults: string[] = [];

beforeAll(async () => {
  if (!hasBrowser) return;
  life = await openPageLife({ realTime: true });
  const page = await createPage({
    door: life.door,
    store: life.life.store,
    clock: { now: life.clock.now, sleep: sleepFor },
    newId: () => crypto.randomUUID(),
    settings: { port: 7450, address: null, ipv6: false },
    log: (line) => faults.push(line),
    zone: () => "Europe/Berlin",
    verifyLedger: life.deps.verifyLedger,
    pullThePlug: { path: "/demo/pull-the-plug" },
    times: { pollMs: 50, beatMs: 15_000 },
    uid: null,
  });
  await askBack(life.life.store);
  running = await page.listen();
  browser = await openBrowser();
  turning = setInterval(
    () => void life.door.turn(new AbortController().signal).catch((error) => faults.push(String(error))),
    100,
  );
});
afterAll(async () => {
  clearInterval(turning);
  await browser?.close();
  await running?.close();
  await life?.close();
  expect(faults).toEqual([]);
});

/** Runs in the page, whose globals these types do not know. */
const pasteFile = `(() => {
  const area = document.querySelector("main textarea[name=text]");
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([new Uint8Array([1, 2, 3])], "plate.png", { type: "image/png" }));
  area.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
})()`;

/** A request that ended with a question, for those who look at it. */
async function askBack(store: Store): Promise<void> {
  await store.write(async (tx) => {
    const job = { runId: "asked", wordsId: "words", surface: "page" as const, files: [], threads: [], answers: null };
    await leaveAsk(tx, { ...job, text: "New licence plate" });
    await claimRun(tx, "asked", { owner: "test", untilAt: "2999-01-01T00:00:00.000Z", isGone: () => false });
    const question = { question: "Which car is it for?", choices: ["The blue one", "The van"] };
    await appendRunEvent(tx, "asked", { kind: "question", body: question });
    await appendRunEvent(tx, "asked", {
      kind: "ended",
      body: { state: "waiting", text: "There are two.", limitedBy: null, error: null, unread: [] },
    });
  });
}

/** A device that is signed in; what its console says is a fault. */
async function signIn(
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<{ context: BrowserContext; tab: Tab }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const tab = await context.newPage();
  tab.on("console", (message) => {
    const isExpected = /409 \(Conflict\)|Permissions-Policy/.test(message.text());
    if (message.type() === "error" && !isExpected) faults.push(message.text());
  });
  tab.on("pageerror", (error) => faults.push(error.message));
  await tab.goto(await running.mintLink());
  const go = tab.locator("main form button");
  await go.click();
  await tab.locator("#title").waitFor();
  return { context, tab };
}

const asked: Omit<Origin, "requestId"> = {
  by: "owner",
  surface: "page",
  utterance: "do it",
  rule: null,
  itemsRead: [],
  openedThreads: [],
  callId: null,
};

async function propose(preview: Staged, action = "gmail.reply"): Promise<number> {
  const made = await life.door.propose([{ action, account: null, ask: staged(preview), after: null }], asked);
  if (made.kind === "refused") throw new Error(made.text);
  return made.bundle.cards[0]?.card.number ?? 0;
}

/** Somebody known. What was rejected once costs more the next time, so no two tests write to the same. */
const to = (address: string): NonNullable<Staged["recipients"]> => [{ role: "to", channel: "mail", address, name: "" }];
const state = async (number: number): Promise<string | undefined> => (await life.door.cardByNumber(number))?.card.state;

/** Waits until the card was on the screen for as long as a key needs to count. */
async function lookAt(tab: Tab): Promise<void> {
  await tab.locator("html[data-js]").waitFor({ state: "attached" });
  await tab.waitForTimeout(450);
}

/** A key that is let go while the page changes reaches neither. */
async function leaves(tab: Tab, path: string): Promise<void> {
  await tab.waitForURL((url) => url.pathname !== path);
  await tab.locator("html[data-js]").waitFor({ state: "attached" });
}

const looked = [
  "/",
  "/cards/2",
  "/cards/4",
  "/cards/6",
  "/cards/7",
  "/cards/8/confirm",
  "/queue",
  "/today",
  "/ask",
  "/runs/asked",
  "/demo/fool",
  "/search?q=kennzeichen",
  "/people",
  "/ledger?all",
  "/health",
  "/threads/42",
];

describe.skipIf(!hasBrowser)(`the page in a real browser${hasBrowser ? "" : ` (${noBrowser})`}`, () => {
  test("decides by keys alone, and undoes", async () => {
    const { context, tab } = await signIn();
    await tab.goto(running.origin);
    expect(await tab.locator("h1").innerText()).toBe("Reply to Paul Adler");
    await lookAt(tab);
    await tab.keyboard.press("j");
    await tab.waitForURL("**/cards/2");
    await lookAt(tab);
    await tab.keyboard.press("k");
    await tab.waitForURL("**/cards/1");
    await lookAt(tab);
    await tab.keyboard.press("Enter");
    await tab.waitForTimeout(100);
    expect(await state(1)).toBe("proposed");
    await tab.keyboard.press("a");
    await tab.locator("#strip .countdown").waitFor();
    expect(await state(1)).toBe("approved");
    await lookAt(tab);
    await tab.keyboard.press("u");
    await tab.locator("#strip .countdown").waitFor({ state: "detached" });
    expect(await state(1)).toBe("rejected");
    await context.close();
  });

  test("does not take a key for a card that has just come up", async () => {
    const number = await propose({ title: "Quick", recipients: to("claire@talentbridge.example"), text: "Tuesday." });
    const { context, tab } = await signIn();
    await tab.goto(`${running.origin}/cards/${number}`);
    await tab.keyboard.press("a");
    await tab.keyboard.press("r");
    await tab.waitForTimeout(200);
    expect(await state(number)).toBe("proposed");
    await context.close();
  });

  test("holds amber for a second: let go before, and nothing happens", async () => {
    const { context, tab } = await signIn();
    await tab.goto(`${running.origin}/cards/5`);
    await lookAt(tab);
    await tab.keyboard.down("a");
    await tab.waitForTimeout(500);
    await tab.keyboard.up("a");
    await tab.waitForTimeout(700);
    expect(await state(5)).toBe("proposed");
    await tab.keyboard.down("a");
    await leaves(tab, "/cards/5");
    await tab.keyboard.up("a");
    expect(await state(5)).toBe("approved");
    await context.close();
  });

  test("asks for a red card's name to be typed, and Enter in the field approves nothing", async () => {
    const { context, tab } = await signIn();
    await tab.goto(`${running.origin}/cards/7`);
    await lookAt(tab);
    await tab.keyboard.press("a");
    expect(await tab.evaluate("document.activeElement?.getAttribute('name')")).toBe("typed");
    await tab.keyboard.type("n0rdbank.example");
    await tab.keyboard.press("Enter");
    await tab.waitForTimeout(200);
    expect(await state(7)).toBe("proposed");
    await tab.keyboard.press("Tab");
    await tab.keyboard.press("Enter");
    await tab.waitForTimeout(200);
    expect(await state(7)).toBe("proposed");
    await tab.keyboard.press("Space");
    await leaves(tab, "/cards/7");
    expect(await state(7)).toBe("approved");
    await life.door.stop({ surface: "page" }, "test");
    await life.door.resume({ surface: "page", session: "test", proof: "tap" });
    await context.close();
  });

  test("edits in place, and what was saved asks again", async () => {
    const number = await propose({
      title: "Edit me",
      recipients: to("oliver@kestrelrobotics.example"),
      text: "Tuesday at 14:00.",
    });
    const { context, tab } = await signIn();
    await tab.goto(`${running.origin}/cards/${number}`);
    await tab.keyboard.press("e");
    await tab.locator("textarea[name=text]").fill("Wednesday at 15:00.");
    await tab.getByRole("button", { name: "Save, then look at it again" }).click();
    await tab.locator(".paper", { hasText: "Wednesday at 15:00." }).waitFor();
    expect(await state(number)).toBe("proposed");
    expect((await life.door.cardByNumber(number))?.card.revision).toBe(2);
    await context.close();
  });

  test("rejects by one key, and takes the reason by another", async () => {
    const number = await propose({ title: "Reject me", recipients: to("ana@mare.example"), text: "Tuesday." });
    const { context, tab } = await signIn();
    await tab.goto(`${running.origin}/cards/${number}`);
    await lookAt(tab);
    await tab.keyboard.press("r");
    await tab.getByText("Rejected. Say why").waitFor();
    expect(await state(number)).toBe("rejected");
    await lookAt(tab);
    await tab.keyboard.press("2");
    await tab.getByText("Rejected. Say why").waitFor({ state: "detached" });
    expect((await life.door.cardByNumber(number))?.card.reason).toBe("wrong person");
    await context.close();
  });

  test("shows a text of 10,000 lines whole, and approves it only once its end was in view", async () => {
    const text = Array.from({ length: 10_000 }, (_, at) => `Line ${at + 1} of ten thousand.`).join("\n");
    const number = await propose({ title: "Long", recipients: to("sana.malik@fernmail.example"), text });
    const { context, tab } = await signIn();
    await tab.goto(`${running.origin}/cards/${number}`);
    const yes = tab.locator("button.yes");
    expect(await yes.isDisabled()).toBe(true);
    expect(await tab.locator(".paper .ln").count()).toBe(10_000);
    await lookAt(tab);
    await tab.keyboard.press("a");
    await tab.waitForTimeout(200);
    expect(await state(number)).toBe("proposed");
    await tab.keyboard.press("End");
    await expect.poll(() => yes.isEnabled()).toBe(true);
    await tab.keyboard.down("a");
    await leaves(tab, `/cards/${number}`);
    await tab.keyboard.up("a");
    expect(await state(number)).toBe("approved");
    await life.door.undo((await life.door.cardByNumber(number))?.card.id ?? "", {
      surface: "page",
      session: "t",
      proof: "tap",
    });
    await context.close();
  });

  test("shows a change made elsewhere by itself, but never under the hands of who writes", async () => {
    const number = await propose({ title: "Two tabs", recipients: to("mateo@nodo.example"), text: "First." });
    const { context, tab } = await signIn();
    const other = await context.newPage();
    await tab.goto(`${running.origin}/cards/${number}`);
    await other.goto(`${running.origin}/cards/${number}`);
    await other.keyboard.press("e");
    await other.locator("textarea[name=text]").fill("Half a sent");
    const view = await life.door.cardByNumber(number);
    const seen = { cardId: view?.card.id ?? "", revision: 1, sha256: view?.sha256 ?? "" };
    await life.door.edit(seen, { text: "Second." }, { surface: "terminal", session: "t", proof: "typed" });
    await tab.locator(".paper", { hasText: "Second." }).waitFor({ timeout: 5000 });
    await other.getByText("This changed while you were at it.").waitFor({ timeout: 5000 });
    expect(await other.locator("textarea[name=text]").inputValue()).toBe("Half a sent");
    await lookAt(tab);
    await tab.keyboard.press("a");
    await leaves(tab, `/cards/${number}`);
    expect(await state(number)).toBe("approved");
    await other.getByRole("button", { name: "Save, then look at it again" }).click();
    await other.getByRole("alert").waitFor();
    await context.close();
  });

  test("stops everything by its button, on any page", async () => {
    const { context, tab } = await signIn();
    await tab.goto(`${running.origin}/people`);
    await tab.getByRole("button", { name: "Stop" }).click();
    await tab.getByText("Everything is stopped.").waitFor();
    expect(await life.door.stopped()).not.toBeNull();
    await tab.getByRole("button", { name: "Lift it" }).click();
    await tab.getByText("Everything is stopped.").waitFor({ state: "detached" });
    expect(await life.door.stopped()).toBeNull();
    await context.close();
  });

  test("does all of it without JavaScript, by a second page", async () => {
    const [green, amber, long] = [
      await propose({ title: "Green", recipients: to("devika@brightwater.example"), text: "Yes." }),
      await propose({
        title: "Amber",
        recipients: to("henrik@sandogco.example"),
        text: "Yes.",
        files: [{ name: "a.pdf", mediaType: "application/pdf", sizeBytes: 9, sha256: "b".repeat(64), text: "a" }],
      }),
      await propose({ title: "Long", recipients: to("priya.nair@caldwellnair.example"), text: "Line.\n".repeat(400) }),
    ];
    const { context, tab } = await signIn({ javaScriptEnabled: false });
    await tab.goto(`${running.origin}/cards/${green}`);
    await tab.locator(".yes").click();
    await expect.poll(() => state(green), { timeout: 5000 }).toBe("approved");
    await tab.locator("#strip form button", { hasText: "Undo" }).first().click();
    for (const number of [amber, long]) {
      await tab.goto(`${running.origin}/cards/${number}`);
      await tab.locator(".yes").click();
      await tab.waitForURL(`**/cards/${number}/confirm`);
      await tab.waitForTimeout(1100);
      await tab.locator("button.yes").click();
      await tab.waitForURL((url) => !url.pathname.endsWith("/confirm"));
      expect(await state(number)).toBe("approved");
    }
    await tab.goto(`${running.origin}/today`);
    expect(await tab.locator("h1").innerText()).toBe("What you missed");
    await tab.getByRole("button", { name: /Theme/ }).click();
    await tab.locator('html[data-theme="light"]').waitFor();
    await context.close();
  });

  test("takes a request with a picture that was pasted, and leads to what becomes of it", async () => {
    const { context, tab } = await signIn();
    await tab.goto(`${running.origin}/ask`);
    await tab.locator("html[data-js]").waitFor({ state: "attached" });
    const box = tab.locator("main textarea[name=text]");
    await box.fill("new licence plate");
    await tab.evaluate(pasteFile);
    await tab.getByRole("button", { name: "Ask" }).click();
    await tab.waitForURL(/\/runs\//);
    expect(await tab.locator("h1").innerText()).toBe("new licence plate");
    const [run] = await listRuns(life.life.store, { limit: 1, states: ["queued"] });
    const [sha256 = ""] = askJobSchema.parse(run?.job).files;
    expect((await getKeptFile(life.life.store, sha256))?.name).toBe("plate.png");
    await context.close();
  });

  test.each([
    ["light", 1280],
    ["dark", 360],
  ] as const)(
    "has no serious finding of accessibility, %s at %i pixels",
    { timeout: 120_000 },
    async (colorScheme, width) => {
      const found: string[] = [];
      const { context, tab } = await signIn({ colorScheme, viewport: { width, height: 800 } });
      for (const path of looked) {
        await tab.goto(`${running.origin}${path}`);
        await tab.evaluate(axeSource);
        const result = axeResult.parse(await tab.evaluate("axe.run(document, { resultTypes: ['violations'] })"));
        const serious = result.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        found.push(...serious.map(({ id, nodes }) => `${path}: ${id} ${nodes[0]?.html} ${nodes[0]?.failureSummary}`));
        const over = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        expect(await tab.evaluate(over), `${path} is too wide`).toBe(0);
      }
      await context.close();
      expect(found).toEqual([]);
    },
  );
});
