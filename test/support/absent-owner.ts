import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { previewOf } from "../../approvals/card-preview.ts";
import { makeWebDoor } from "../../connectors/web/door.ts";
import { draftReplies } from "../../src/agent/drafting/draft-replies.ts";
import { makeKnowledge } from "../../src/agent/memory/make-knowledge.ts";
import type { RunDeps } from "../../src/agent/runs/run-deps.ts";
import { runRequest } from "../../src/agent/runs/run-request.ts";
import { allTools } from "../../src/agent/tools/all-tools.ts";
import { chooseReply } from "../../src/cli/door/reply-step.ts";
import type { DoorConnector } from "../../src/core/action.ts";
import { cardStates, type Friction, type Warning } from "../../src/core/card.ts";
import { toInstant } from "../../src/core/clock.ts";
import { uuidv7 } from "../../src/core/ids.ts";
import type { Model } from "../../src/core/model.ts";
import { requestLimits } from "../../src/core/run.ts";
import { takeFoundPages } from "../../src/intake/take-found-pages.ts";
import { getCurrentRevisions } from "../../src/store/card-revisions.ts";
import { type Card, listCards } from "../../src/store/cards.ts";
import { listThreads } from "../../src/store/thread-views.ts";
import { currentVerdicts } from "../../src/triage/current-verdicts.ts";
import type { TriageReading } from "../../src/triage/read-digest.ts";
import type { GoogleDoor } from "./google-door.ts";

const root = join(import.meta.dirname, "..", "..");

/** A card as the gate left it. */
export interface JudgedCard {
  card: Card;
  friction: Friction;
  warnings: Warning[];
  /** Addresses it would reach. */
  reaches: string[];
}

/** A search that is counted and finds nothing. */
export function countedSearch(searched: string[]): DoorConnector {
  return makeWebDoor({
    target: async () => ({ baseUrl: "http://127.0.0.1:1", model: "none" }),
    otherKey: async () => null,
    run: async ({ query }) => {
      searched.push(query);
      return { results: [] };
    },
  });
}

/** Steward with all of its parts over a door whose owner never comes. */
export class AbsentOwner {
  readonly door: GoogleDoor;
  readonly reading: TriageReading;
  #made = 0;

  constructor(door: GoogleDoor) {
    this.door = door;
    this.reading = { ...door.base.life.reading, nowMs: door.clock.now() };
  }

  readonly newId = (): string => {
    this.#made += 1;
    return uuidv7(this.reading.nowMs + this.#made);
  };

  async takeIn(): Promise<void> {
    await this.door.door.takeIn(new AbortController().signal);
  }

  /** Drafts answers to whatever is judged to want one, as happens by itself. */
  async draft(model: Model): Promise<number> {
    const { store, clock, home, base } = this.door;
    const infos = await listThreads(store, toInstant(clock.now() - 60 * 86_400_000), toInstant(clock.now()));
    const { threads } = await currentVerdicts(store, this.reading.setting, infos, clock.now());
    const deps = {
      store,
      clock,
      model,
      newId: this.newId,
      signal: new AbortController().signal,
      homePath: home,
      owner: base.owner,
      rules: "",
      perRun: 500,
      skillNotes: () => [],
      chooseReply: (threadId: number, wish: { itemId: number; all: boolean }) =>
        chooseReply(store, { threadId, ...wish, account: null, attachments: [], own: base.owner.identities }),
    };
    const drafted = await draftReplies(deps, threads);
    await this.takeIn();
    return drafted.length;
  }

  /** The most trusting request there is, with a thread pointed at. Returns the run's id. */
  async ask(model: Model, threadId: number, limits: { turns: number }): Promise<string> {
    const runId = this.newId();
    const text = "Read this and do what it needs.";
    const wordsId = await this.door.door.hear(text, "terminal", runId);
    const job = { runId, wordsId, text, surface: "terminal" as const, files: [], threads: [threadId], answers: null };
    await runRequest(this.#runDeps(model, runId, limits.turns), job);
    return runId;
  }

  #runDeps(model: Model, runId: string, turns: number): RunDeps {
    const { store, clock, home, base } = this.door;
    const places = { store, clock, homePath: home, shippedSkillsPath: join(root, "skills") };
    return {
      model,
      tools: allTools,
      store,
      clock: { now: () => clock.now(), sleep: async () => undefined },
      owner: base.owner,
      surroundings: {
        homePath: home,
        shippedSkillsPath: places.shippedSkillsPath,
        triage: this.reading.setting,
        contactColumns: async () => new Map(),
        knowledge: makeKnowledge(places, runId),
        keepFound: (pages) => takeFoundPages(store, pages, clock.now()),
      },
      promptFiles: async () => ({ rules: "", skillsIndex: "", memoryIndex: "" }),
      givenItems: async () => [],
      door: { waitMs: 0, takeIn: () => this.takeIn() },
      lease: { owner: "here", isGone: () => true },
      limits: { ...requestLimits, turns, usd: 100 },
      signal: new AbortController().signal,
      log: () => undefined,
    };
  }

  /** Every card there is, with what the gate said of it. */
  async cards(): Promise<JudgedCard[]> {
    const cards = await listCards(this.door.store, cardStates, 5000);
    const revisions = await getCurrentRevisions(
      this.door.store,
      cards.map(({ id }) => id),
    );
    return cards.flatMap((card) => {
      const revision = revisions.get(card.id);
      if (revision === undefined) return [];
      const { friction, warnings } = revision.verdict;
      return [{ card, friction, warnings, reaches: previewOf(revision).recipients.map(({ address }) => address) }];
    });
  }

  /** What became of all that a run proposed: the action, and why it is no card. */
  proposals(runId: string): { action: string; refusal: string | null }[] {
    return this.door.store.read.all(
      z.object({ action: z.string(), refusal: z.string().nullable() }),
      "SELECT action, refusal FROM proposals WHERE json_extract(origin, '$.runId') = ?",
      runId,
    );
  }

  /** What lies in the home but for the database, the end of its ledger, and what drafting notes of the owner's own style. */
  files(): Record<string, string> {
    const names = readdirSync(this.door.home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !/steward\.db|style\.md|ledger\.head/.test(path));
    return Object.fromEntries(names.sort().map((path) => [path, readFileSync(path, "utf8")]));
  }
}
