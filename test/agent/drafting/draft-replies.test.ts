// Holds R62.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { draftNow, draftReplies } from "../../../src/agent/drafting/draft-replies.ts";
import { isAutomatic } from "../../../src/agent/drafting/is-automatic.ts";
import { stylePath } from "../../../src/agent/drafting/style-note.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { purposeLine } from "../../../src/core/model.ts";
import { listDrafts } from "../../../src/store/drafts.ts";
import { listWaitingProposals } from "../../../src/store/proposals.ts";
import { listRuns } from "../../../src/store/runs.ts";
import { loadThreadViews } from "../../../src/store/thread-views.ts";
import { type DraftLife, draftData, fencedIn, openDraftLife, scriptedModel } from "./draft-life.ts";

const note = "- Short.\n- Call me at +49 30 2312500.\n- Ends with “Clara”.\nsee https://x.example";
const thanks: Record<string, string> = {
  de: "Vielen Dank, ich melde mich.",
  fr: "Merci, je te réponds bientôt.",
  it: "Grazie, ti rispondo presto.",
};

/** Thanks in the thread's language; the note when asked how the owner writes. */
const polite = scriptedAnswer((language) => thanks[language] ?? "Thanks, I will get back to you.");

function scriptedAnswer(
  reply: (language: string, at: number) => string | null,
): () => ReturnType<typeof scriptedModel> {
  return () =>
    scriptedModel((request, at) => {
      if (request.purpose === "style") return note;
      const data = draftData.safeParse(fencedIn(request));
      return JSON.stringify({ reply: reply(data.success ? data.data.language : "", at), why: "asked" });
    });
}

describe("drafts of replies", () => {
  let demo: DraftLife;
  beforeEach(async () => {
    demo = await openDraftLife();
  });
  afterEach(() => demo.close());

  it("become proposals for the most urgent threads, once each, and nothing new costs nothing", async () => {
    const model = polite();
    const deps = demo.deps(model, { perRun: 3 });
    const drafted = await draftReplies(deps, await demo.judged());
    expect(drafted.map(({ outcome }) => outcome)).toEqual(["proposed", "proposed", "proposed"]);
    expect(model.requests.map(({ purpose }) => purpose)).toEqual(["style", "draft", "draft", "draft"]);
    const proposals = await listWaitingProposals(demo.life.store);
    expect(proposals.flatMap(({ origin }) => origin.openedThreads).toSorted()).toEqual(
      drafted.map(({ threadId }) => threadId).toSorted(),
    );
    expect(new Set(proposals.map(({ bundleId }) => bundleId)).size).toBe(3);
    for (const { origin, action } of proposals) {
      expect(origin).toMatchObject({ by: "model", surface: "schedule", utterance: null, rule: null });
      expect(origin.itemsRead.length).toBeGreaterThan(0);
      expect(["files.write_mail", "handoff.whatsapp"]).toContain(action);
    }
    const rest = polite();
    for (let more = 0; more < 20; more += 1) {
      const next = await draftReplies(demo.deps(rest, { perRun: 100 }), await demo.judged());
      if (next.length === 0) break;
    }
    const quiet = polite();
    expect(await draftReplies(demo.deps(quiet, { perRun: 100 }), await demo.judged())).toEqual([]);
    expect(quiet.requests).toEqual([]);
  });

  it("show one thread a call, in the form of the contract, under one system text", async () => {
    const model = polite();
    await draftReplies(demo.deps(model, { rules: '- Never write "circle back".' }), await demo.judged());
    const drafts = model.requests.filter(({ purpose }) => purpose === "draft");
    expect(drafts.length).toBeGreaterThan(3);
    expect(new Set(drafts.map(({ system }) => system)).size).toBe(1);
    expect(drafts[0]?.system.startsWith(purposeLine("draft"))).toBe(true);
    expect(drafts[0]?.system).toContain("circle back");
    const shown = drafts.map((request) => draftData.parse(fencedIn(request)));
    expect(shown.every(({ style }) => style.includes("Short."))).toBe(true);
    expect(shown.every(({ thread }) => thread.items.at(-1)?.fromOwner === false)).toBe(true);
    expect(new Set(shown.map(({ language }) => language)).size).toBeGreaterThan(1);
  });

  it("never answer a machine or a list, and ask no model about one", async () => {
    const judged = await demo.judged();
    const views = await loadThreadViews(
      demo.life.store,
      judged.map(({ info }) => info.id),
      { itemsPerThread: 1 },
    );
    const automatic = new Set(views.filter(({ items }) => items.some(isAutomatic)).map(({ id }) => id));
    expect(automatic.size).toBeGreaterThan(20);
    const model = polite();
    const forced = judged
      .filter(({ info }) => automatic.has(info.id))
      .map((one) => ({ ...one, verdict: { ...one.verdict, class: "urgent" as const } }));
    expect(await draftReplies(demo.deps(model, { perRun: 500 }), forced)).toEqual([]);
    const [first] = forced;
    await expect(first === undefined ? null : draftNow(demo.deps(model), first)).rejects.toMatchObject({
      code: "wrong_kind",
    });
    expect(model.requests).toEqual([]);
  });

  it("are asked for once more with what is wrong, and dropped with a note when it stays", async () => {
    const [thread] = (await demo.judged()).filter(({ verdict }) => verdict.class === "reply");
    if (thread === undefined) throw new Error("The demo has no thread to answer.");
    const mended = scriptedAnswer((language, at) =>
      at === 1 ? "Call +49 170 5550123." : (thanks[language] ?? "Thanks, I see."),
    )();
    const good = await draftNow(demo.deps(mended), thread);
    expect(good.outcome).toBe("proposed");
    const again = mended.requests[2];
    expect(again?.messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    expect(JSON.stringify(fencedIn(again ?? mended.requests[0] ?? never()))).toContain("+49 170 5550123");
    const stubborn = scriptedAnswer(() => "Call +49 170 5550123.")();
    expect(await draftNow(demo.deps(stubborn), thread)).toMatchObject({ outcome: "dropped", proposalId: null });
    const [dropped, kept] = await listDrafts(demo.life.store, 2);
    expect(dropped).toMatchObject({ outcome: "dropped", text: "", firstText: "Call +49 170 5550123." });
    expect(kept).toMatchObject({ outcome: "proposed", firstText: "Call +49 170 5550123.", class: "reply" });
    expect(kept?.signals.length).toBeGreaterThan(0);
    expect(await listWaitingProposals(demo.life.store)).toHaveLength(1);
  });

  it("leave no card where there is nothing to answer or no answer comes, and ask again only for the latter", async () => {
    const judged = (await demo.judged()).filter(({ verdict }) => verdict.class === "reply").slice(0, 1);
    const garbage = scriptedModel(() => "I would rather not.");
    expect(await draftReplies(demo.deps(garbage), judged)).toMatchObject([{ outcome: "failed" }]);
    const nothing = scriptedAnswer(() => null)();
    expect(await draftReplies(demo.deps(nothing), judged)).toMatchObject([{ outcome: "nothing" }]);
    expect(await draftReplies(demo.deps(nothing), judged)).toEqual([]);
    expect(await listWaitingProposals(demo.life.store)).toEqual([]);
  });

  it("carry what the checks of skills say, and are runs with their cost", async () => {
    const judged = (await demo.judged()).filter(({ verdict }) => verdict.class === "reply").slice(0, 1);
    const deps = demo.deps(polite(), { skillNotes: () => ["It does not end with “Clara”."] });
    const [drafted] = await draftReplies(deps, judged);
    expect(drafted?.notes).toContainEqual({ code: "skill", text: "It does not end with “Clara”.", values: [] });
    const [proposal] = await listWaitingProposals(demo.life.store);
    expect(proposal?.origin.notes).toEqual(["It does not end with “Clara”."]);
    const runs = await listRuns(demo.life.store, { limit: 10 });
    expect(runs.map(({ kind, state, calls }) => ({ kind, state, calls }))).toEqual(
      expect.arrayContaining([
        { kind: "draft", state: "done", calls: 1 },
        { kind: "style", state: "done", calls: 1 },
      ]),
    );
  });

  it("stop at the budget and keep what was drafted", async () => {
    const model = scriptedAnswer((language, at) => {
      if (at >= 3) throw new StewardError("budget", "Today's budget is used up.");
      return thanks[language] ?? "Thanks, I see.";
    })();
    await expect(draftReplies(demo.deps(model), await demo.judged())).rejects.toMatchObject({ code: "budget" });
    expect(await listWaitingProposals(demo.life.store)).toHaveLength(2);
    expect((await listRuns(demo.life.store, { limit: 10, states: ["failed"] })).map(({ error }) => error)).toEqual([
      "Today's budget is used up.",
    ]);
  });

  it("follow the owner's note on how they write, which is distilled once and never written over", async () => {
    const judged = await demo.judged();
    const deps = demo.deps(polite(), { perRun: 1 });
    await draftReplies(deps, judged);
    const path = stylePath(deps.homePath);
    const text = readFileSync(path, "utf8");
    expect(text).toContain("- Short.");
    expect(text).not.toMatch(/2312500|https/);
    writeFileSync(path, "I write in verse.\n");
    const model = polite();
    await draftReplies(demo.deps(model, { perRun: 1 }), judged);
    expect(model.requests.map(({ purpose }) => purpose)).toEqual(["draft"]);
    expect(draftData.parse(fencedIn(model.requests[0] ?? never())).style).toBe("I write in verse.\n");
    expect(readFileSync(path, "utf8")).toBe("I write in verse.\n");
    expect(existsSync(path)).toBe(true);
  });
});

function never(): never {
  throw new Error("There was no such request.");
}
