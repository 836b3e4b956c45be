import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { BundleView, CardView } from "../../approvals/door.ts";
import { calendarDoor } from "../../connectors/calendar/door.ts";
import { contactsSheetDoor } from "../../connectors/contacts-sheet/door.ts";
import { driveDoor } from "../../connectors/drive/door.ts";
import { filesDoor } from "../../connectors/files/door.ts";
import { gmailDoor } from "../../connectors/gmail/door.ts";
import { handoffDoor } from "../../connectors/handoff/door.ts";
import { homeDoor } from "../../connectors/home/door.ts";
import { makeWebDoor } from "../../connectors/web/door.ts";
import { makeKnowledge } from "../../src/agent/memory/make-knowledge.ts";
import { promptFiles } from "../../src/agent/memory/prompt-files.ts";
import type { RunDeps } from "../../src/agent/runs/run-deps.ts";
import { type RunOutcome, runRequest } from "../../src/agent/runs/run-request.ts";
import { viewOf } from "../../src/agent/runs/run-view.ts";
import { allTools } from "../../src/agent/tools/all-tools.ts";
import { makeToolParts } from "../../src/cli/operator/tool-parts.ts";
import { searchWeb } from "../../src/cli/web/search-web.ts";
import type { KeptFile } from "../../src/core/action.ts";
import type { Clock } from "../../src/core/clock.ts";
import type { Model } from "../../src/core/model.ts";
import { modelConfigSchema } from "../../src/core/model-config.ts";
import { requestLimits } from "../../src/core/run.ts";
import type { GoogleWorld } from "../../src/emulators/google/google-world.ts";
import { createModelWorld, type ModelWorld } from "../../src/emulators/model/model-world.ts";
import { profiles } from "../../src/emulators/model/profiles.ts";
import { scenario } from "../../src/emulators/model/scenario/scenario.ts";
import { takeGivenFiles } from "../../src/intake/take-given-files.ts";
import { openModel } from "../../src/model/open-model.ts";
import { getKeptFile } from "../../src/store/kept-files.ts";
import { listLedger } from "../../src/store/ledger.ts";
import { modelBooks, saveModelCaps } from "../../src/store/model-calls.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { readRunEvents } from "../../src/store/run-events.ts";
import { runPass } from "../../src/triage/judge-with-model/run-pass.ts";
import { refreshTriage } from "../../src/triage/read-digest.ts";
import { typed } from "./door-harness.ts";
import { type GoogleBase, GoogleDoor, makeGoogleBase } from "./google-door.ts";

const root = join(import.meta.dirname, "..", "..");
const baseUrl = "http://127.0.0.1:1";
const modelId = "scripted-model";
const caps = {
  auth: true,
  countTokens: true,
  jsonFormat: true,
  toolCall: true,
  cacheUsage: true,
  images: true,
  contextTokens: 100_000,
};
/** Longer than the undo window and every wait between tries. */
const pastUndoMs = 120_000;

export interface StoryBase extends GoogleBase {
  /** The model server that all houses ask; it forgets between them. */
  scripted: ModelWorld;
}

/** The demo life with every door there is, judged by rules and by the scripted model: made once a file. */
export async function makeStoryBase(fill?: (google: GoogleWorld) => Promise<void>): Promise<StoryBase> {
  const profile = { ...profiles.anthropic, models: "any" as const };
  const scripted = createModelWorld({ policy: scenario(), profile, webPath: join(root, "data", "demo", "web.json") });
  const web = makeWebDoor({
    target: async () => ({ baseUrl, model: modelId }),
    otherKey: async () => "scripted",
    run: async (request, signal) => ({ results: await searchWeb(request, scripted.fetch, signal) }),
  });
  const others = [gmailDoor, calendarDoor, driveDoor, contactsSheetDoor, homeDoor, filesDoor, handoffDoor];
  const base = { ...(await makeGoogleBase([...others, web], fill)), scripted };
  await judge(base);
  return base;
}

const mostPasses = 6;

/** What the inside does when it has read: rules, then the model about what they left open, promises among it. */
async function judge({ copy, life: { reading }, scripted, owner }: StoryBase): Promise<void> {
  const clock = { now: () => reading.nowMs, sleep: async () => undefined };
  const store = await openStore(copy, { clock });
  try {
    await refreshTriage(store, reading);
    const model = await openScripted(store, clock, { scripted, zone: owner.zone });
    for (let pass = 0; pass < mostPasses; pass += 1) {
      const signal = new AbortController().signal;
      const { asked, problem } = await runPass(store, reading, { model, runId: `judge-${pass}`, signal });
      if (problem !== null) throw new Error(problem);
      if (asked === 0) break;
    }
  } finally {
    await store.close();
  }
}

/** The scripted model as a home has it: with books, and what its probe found out. */
async function openScripted(
  store: Store,
  clock: Clock,
  { scripted, zone }: { scripted: ModelWorld; zone: string },
): Promise<Model> {
  const roles = { judge: modelId, write: modelId, summarise: modelId };
  const config = modelConfigSchema.parse({ baseUrl, roles, prices: { [modelId]: { input: 0, output: 0 } } });
  await store.write((tx) => saveModelCaps(tx, baseUrl, modelId, caps));
  const newId = (): string => randomUUID();
  const deps = { fetch: scripted.fetch, clock, newId, books: modelBooks(store), cassettes: null };
  return await openModel({ config, key: "scripted", zone }, deps);
}

/** What the owner gives along with a request. */
export interface Given {
  files?: readonly Omit<KeptFile, "sha256">[];
  threads?: readonly number[];
  /** The run whose question this answers. */
  answers?: string;
}

/** What came of a request: the outcome, and its bundles as the owner sees them. */
export interface Answered extends RunOutcome {
  bundles: BundleView[];
}

/** The owner's house in a story: her Google, the door, the model, and a count of what she has to do after asking. */
export class StoryHouse extends GoogleDoor {
  readonly scripted: ModelWorld;
  /** What the owner had to do besides asking: answers and decisions. */
  inputs = 0;
  #runs = 0;

  constructor(base: StoryBase) {
    super(base);
    this.scripted = base.scripted;
    this.scripted.reset();
  }

  get owner() {
    return this.base.owner;
  }

  async open(): Promise<this> {
    await this.start();
    return this;
  }

  /** A request as `steward ask` takes it, worked on until it ends. */
  async ask(words: string, { files = [], threads = [], answers }: Given = {}): Promise<Answered> {
    if (answers !== undefined) this.inputs += 1;
    this.#runs += 1;
    const runId = `run-${this.#runs}`;
    const kept: string[] = [];
    for (const file of files) kept.push(await this.door.keep(file));
    const wordsId = await this.door.hear(words, "terminal", runId);
    const outcome = await runRequest(await this.#depsOf(runId), {
      runId,
      wordsId,
      text: words,
      surface: "terminal",
      files: kept,
      threads: [...threads],
      answers: answers ?? null,
    });
    const numbers = new Set(outcome.cards.flatMap(({ number }) => number ?? []));
    const queue = await this.door.queue();
    return { ...outcome, bundles: queue.filter(({ cards }) => cards.some(({ card }) => numbers.has(card.number))) };
  }

  /** The owner's yes to all of a bundle. */
  async decide(bundle: Pick<BundleView, "open">): Promise<void> {
    this.inputs += 1;
    const request = { seen: bundle.open, kind: "approve" as const, reason: "", laterUntil: null, decidedBy: typed };
    const answer = await this.door.decide(request);
    if (answer.kind === "refused") throw new Error(`refused: ${answer.text}`);
  }

  /** Lets the undo window pass and the door work until nothing moves. */
  async rest(): Promise<void> {
    await this.turn();
    this.jump(pastUndoMs);
    await this.turn();
  }

  /** The mails of hers that were sent since the story began, by the emulated mailbox itself. */
  sent(): string[] {
    const { messages } = this.google.state("gmail", this.base.life.account);
    const before = this.base.snapshot.ledger.length;
    const ids = this.google.ledger
      .all()
      .slice(before)
      .flatMap((entry) => (entry.kind === "mail.sent" ? entry.id : []));
    return ids.map((id) => Buffer.from(messages.get(id)?.raw ?? []).toString("utf8"));
  }

  async stateOf(view: CardView | undefined): Promise<string | null> {
    return view === undefined ? null : ((await this.door.card(view.card.id))?.card.state ?? null);
  }

  /** Every item a run was given text of. */
  async itemsRead(runId: string): Promise<ReadonlySet<number>> {
    return new Set(viewOf(await readRunEvents(this.store, runId)).items);
  }

  /** Actions in the order of their receipts. */
  async doneInOrder(): Promise<string[]> {
    const done = (await listLedger(this.store, { kinds: ["done"], limit: 100 })).toSorted((a, b) => a.seq - b.seq);
    const cards = await Promise.all(done.map(({ cardId }) => this.door.card(cardId ?? "")));
    return cards.flatMap((view) => view?.card.action ?? []);
  }

  async #depsOf(runId: string): Promise<RunDeps> {
    const { store, clock, owner, home } = this;
    const parts = await makeToolParts({ store, owner, clock, home }, root);
    const places = { store, clock, homePath: home, shippedSkillsPath: parts.shippedSkillsPath };
    return {
      model: await openScripted(store, clock, { scripted: this.scripted, zone: owner.zone }),
      tools: allTools,
      store,
      clock,
      owner,
      surroundings: { ...parts, knowledge: makeKnowledge(places, runId) },
      promptFiles: () => promptFiles(store, places),
      givenItems: async (hashes) => {
        const files = await Promise.all(hashes.map((sha256) => getKeptFile(store, sha256)));
        return await takeGivenFiles(
          store,
          files.filter((file) => file !== null),
          clock.now(),
        );
      },
      door: { waitMs: 0, takeIn: async () => void (await this.door.takeIn(new AbortController().signal)) },
      lease: { owner: "story", isGone: () => true },
      limits: requestLimits,
      signal: new AbortController().signal,
      log: () => undefined,
    };
  }
}

/** Takes every mail and event out of her Google in which an address stands. */
export async function forgetAddress(google: GoogleWorld, address: string): Promise<void> {
  for (const { address: account } of google.oauth().accounts) {
    const mailbox = google.state("gmail", account);
    const named = [...mailbox.messages.values()].filter(({ raw }) => Buffer.from(raw).includes(address));
    for (const { id, threadId } of named) {
      mailbox.messages.delete(id);
      const left = (mailbox.threads.get(threadId) ?? []).filter((one) => one !== id);
      if (left.length === 0) mailbox.threads.delete(threadId);
      else mailbox.threads.set(threadId, left);
    }
    mailbox.byDate = mailbox.byDate.filter((id) => mailbox.messages.has(id));
    for (const { events } of google.state("calendar", account).calendars.values()) {
      for (const [id, { resource }] of events) if (JSON.stringify(resource).includes(address)) events.delete(id);
    }
  }
}
