// Holds R72.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askJobKind, askJobSchema } from "../../../../src/core/run.ts";
import { takeJob } from "../../../../src/store/jobs.ts";
import { getKeptFile } from "../../../../src/store/kept-files.ts";
import { getWords } from "../../../../src/store/owner-words.ts";
import { appendRunEvent } from "../../../../src/store/run-events.ts";
import { claimRun, getRun, listRuns } from "../../../../src/store/runs.ts";
import { type Device, openPageHouse, type PageHouse } from "../page-house.ts";

let house: PageHouse;
let device: Device;
beforeEach(async () => {
  house = await openPageHouse();
  device = await house.signIn();
});
afterEach(() => house.close());

const own = { host: "localhost:7373", origin: "http://localhost:7373", "sec-fetch-site": "same-origin" };

async function ask(fields: Record<string, string>, files: File[] = []): Promise<Response> {
  const body = new FormData();
  body.set("csrf", device.csrf);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  for (const file of files) body.append("files", file);
  return await house.page.app.request("http://localhost:7373/ask", {
    method: "POST",
    body,
    headers: { ...own, cookie: device.cookie },
  });
}

async function read(path: string): Promise<string> {
  const answer = await house.page.app.request(`http://localhost:7373${path}`, {
    headers: { host: own.host, cookie: device.cookie },
  });
  expect(answer.status).toBe(200);
  return await answer.text();
}

const usage = { input: 1200, cacheWrite: 0, cacheRead: 900, output: 80 };
const lease = { owner: "test", untilAt: "2026-11-21T10:00:00.000Z", isGone: () => false };

/** A run as the reading side leaves it. */
async function answerRun(
  runId: string,
  ended: { text: string; state: "done" | "waiting"; question?: string },
): Promise<void> {
  await house.store.write(async (tx) => {
    await claimRun(tx, runId, lease);
    await appendRunEvent(tx, runId, {
      kind: "begun",
      body: { system: "s", first: [], prefixSha256: "ab".repeat(32), itemIds: [], threadIds: [] },
    });
    await appendRunEvent(tx, runId, {
      kind: "tool_begun",
      body: { key: "1.0", name: "search", input: { words: "plate<b>" } },
    });
    await appendRunEvent(tx, runId, {
      kind: "answered",
      body: { callId: "c1", model: "m", content: [], stop: "end_turn", usage, costUsd: 0.01 },
    });
    if (ended.question !== undefined) {
      await appendRunEvent(tx, runId, {
        kind: "question",
        body: { question: ended.question, choices: ["The blue one"] },
      });
    }
    await appendRunEvent(tx, runId, {
      kind: "ended",
      body: { state: ended.state, text: ended.text, limitedBy: null, error: null, unread: [] },
    });
  });
}

describe("the request box", () => {
  it("leaves the owner's words, and the files they gave, for the reading side, and leads to the run", async () => {
    const photo = new File([new Uint8Array([1, 2, 3])], "plate.jpg", { type: "image/jpeg" });
    const answer = await ask({ text: "new plate\r\nfor the car" }, [photo]);
    expect(answer.status).toBe(303);
    const runId = /^\/runs\/(.+)$/.exec(answer.headers.get("location") ?? "")?.[1] ?? "";
    const job = await house.store.write((tx) => takeJob(tx, [askJobKind]));
    const body = askJobSchema.parse(job?.body);
    expect(body).toMatchObject({ runId, text: "new plate\nfor the car", surface: "page", threads: [], answers: null });
    expect((await getWords(house.store, body.wordsId))?.text).toBe("new plate\nfor the car");
    expect((await getKeptFile(house.store, body.files[0] ?? ""))?.name).toBe("plate.jpg");
    expect((await getRun(house.store, runId))?.state).toBe("queued");
    expect(await read(`/runs/${runId}`)).toContain("waits for the reading side");
  });

  it("takes no empty request, no token of another session, and no form without files' encoding", async () => {
    expect((await ask({ text: "  " })).status).toBe(400);
    expect((await ask({ text: "x", csrf: "other" })).status).toBe(403);
    const plain = await house.page.app.request("http://localhost:7373/ask", {
      method: "POST",
      body: `csrf=${device.csrf}&text=x`,
      headers: { ...own, cookie: device.cookie, "content-type": "application/x-www-form-urlencoded" },
    });
    expect(plain.status).toBe(415);
    expect(await listRuns(house.store, { limit: 10 })).toEqual([]);
  });

  it("shows the answer as the model's, escaped, with what it used and cost", async () => {
    const location = (await ask({ text: "where is my plate?" })).headers.get("location") ?? "";
    await answerRun(location.slice(6), { state: "done", text: "It says <script>x</script> KL 2207 [#12]." });
    const page = await read(location);
    expect(page).toContain("The model says");
    expect(page).toContain("&lt;script&gt;");
    expect(page).not.toContain("<script>x");
    expect(page).toContain("plate&lt;b&gt;");
    expect(page).toContain("2 steps");
    expect(await read("/ask")).toContain("where is my plate?");
  });

  it("shows a question with its choices, and its answer begins a run that names the first", async () => {
    const first = (await ask({ text: "new plate" })).headers.get("location") ?? "";
    await answerRun(first.slice(6), { state: "waiting", text: "", question: "Which car?" });
    const page = await read(first);
    expect(page).toContain("Which car?");
    expect(page).toContain("The blue one");
    await house.store.write((tx) => takeJob(tx, [askJobKind]));
    await ask({ text: "The blue one", answers: first.slice(6) });
    const job = await house.store.write((tx) => takeJob(tx, [askJobKind]));
    const { answers, wordsId } = askJobSchema.parse(job?.body);
    expect(answers).toBe(first.slice(6));
    // A button's words are the model's, whatever it had read: they decide nothing and free no search.
    expect((await getWords(house.store, wordsId))?.forwarded).toBe(true);
    await ask({ text: "The blue one, of Ana", answers: first.slice(6) });
    const typed = await house.store.write((tx) => takeJob(tx, [askJobKind]));
    expect((await getWords(house.store, askJobSchema.parse(typed?.body).wordsId))?.forwarded).toBe(false);
  });

  it("cancels a request that nobody works on at once", async () => {
    const location = (await ask({ text: "where?" })).headers.get("location") ?? "";
    const answer = await house.page.app.request(`http://localhost:7373${location}/cancel`, {
      method: "POST",
      body: `csrf=${device.csrf}`,
      headers: { ...own, cookie: device.cookie, "content-type": "application/x-www-form-urlencoded" },
    });
    expect(answer.status).toBe(303);
    expect(await read(location)).toContain("cancelled");
  });
});
