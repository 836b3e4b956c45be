import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { DraftDeps } from "../../../src/agent/drafting/draft-replies.ts";
import { chooseReply } from "../../../src/cli/door/reply-step.ts";
import { toInstant } from "../../../src/core/clock.ts";
import { uuidv7 } from "../../../src/core/ids.ts";
import type { Model, ModelReply, ModelRequest } from "../../../src/core/model.ts";
import { listThreads } from "../../../src/store/thread-views.ts";
import { currentVerdicts, type JudgedThread } from "../../../src/triage/current-verdicts.ts";
import { type DemoLife, openDemoLife } from "../../support/demo-life.ts";

/** What stands in the fence of a draft, as the contract says. */
export const draftData = z.strictObject({
  now: z.string(),
  owner: z.strictObject({ name: z.string(), addresses: z.array(z.string()) }),
  style: z.string(),
  thread: z.strictObject({
    channel: z.string(),
    title: z.string(),
    items: z.array(z.strictObject({ from: z.string(), fromOwner: z.boolean(), at: z.string(), text: z.string() })),
  }),
  language: z.string(),
});
export type DraftData = z.output<typeof draftData>;

export interface ScriptedModel extends Model {
  requests: ModelRequest[];
}

/** A model whose answers are given by a function of the request and how many came before. */
export function scriptedModel(answer: (request: ModelRequest, at: number) => string): ScriptedModel {
  const requests: ModelRequest[] = [];
  return {
    requests,
    caps: () => ({
      auth: true,
      countTokens: true,
      jsonFormat: true,
      toolCall: true,
      cacheUsage: true,
      images: true,
      contextTokens: 100_000,
    }),
    call: async (request): Promise<ModelReply> => {
      const text = answer(request, requests.length);
      requests.push(request);
      return {
        callId: `call-${requests.length}`,
        model: "scripted",
        content: [{ kind: "text", text }],
        stop: "end_turn",
        usage: { input: 100, cacheWrite: 0, cacheRead: 0, output: 20 },
        costUsd: 0.001,
      };
    },
  };
}

/** The fenced values of the last user message. */
export function fencedIn(request: ModelRequest): unknown {
  const text =
    request.messages
      .at(-1)
      ?.content.flatMap((part) => (part.kind === "text" ? [part.text] : []))
      .join("") ?? "";
  return JSON.parse(/<data-[a-z0-9]+>\n([\s\S]*)\n<\/data-/.exec(text)?.[1] ?? "null");
}

export const nowMs = Date.parse("2026-11-21T09:12:00Z");

export interface DraftLife {
  life: DemoLife;
  deps(model: Model, over?: Partial<DraftDeps>): DraftDeps;
  judged(): Promise<JudgedThread[]>;
  close(): Promise<void>;
}

/** The demo life with what drafting needs; its home is an empty folder. */
export async function openDraftLife(): Promise<DraftLife> {
  const life = await openDemoLife(nowMs);
  const home = mkdtempSync(join(tmpdir(), "steward-drafts-"));
  const { owner } = life.reading.setting;
  return {
    life,
    deps: (model, over = {}) => ({
      store: life.store,
      clock: { now: () => nowMs, sleep: async () => undefined },
      model,
      newId: () => uuidv7(nowMs),
      signal: new AbortController().signal,
      homePath: home,
      owner,
      rules: "",
      perRun: 8,
      chooseReply: (threadId, wish) =>
        chooseReply(life.store, { threadId, ...wish, account: null, attachments: [], own: owner.identities }),
      skillNotes: () => [],
      ...over,
    }),
    judged: async () => {
      const infos = await listThreads(life.store, toInstant(nowMs - 60 * 86_400_000), toInstant(nowMs));
      return (await currentVerdicts(life.store, life.reading.setting, infos, nowMs)).threads;
    },
    close: async () => {
      await life.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
