import { draftReplies } from "../../agent/drafting/draft-replies.ts";
import type { EvalReport, StoryScore } from "../../agent/eval/eval-report.ts";
import { type MeasuredModel, measureModel } from "../../agent/eval/measure-model.ts";
import { scoreClasses } from "../../agent/eval/score-classes.ts";
import { scoreDrafts } from "../../agent/eval/score-drafts.ts";
import { toInstant } from "../../core/clock.ts";
import type { Model } from "../../core/model.ts";
import { listThreads } from "../../store/thread-views.ts";
import { currentVerdicts, type JudgedThread } from "../../triage/current-verdicts.ts";
import { draftDeps } from "../drafting/draft-deps.ts";
import { prepareTriage } from "../refresh-judgement.ts";
import { type EvalLife, type MeantThread, readTruth } from "./eval-life.ts";

/** What is measured, and with what. */
export interface EvalPlan {
  /** Null measures the rules alone. */
  model: Model | null;
  /** Has the model judge what rules left open. */
  judge(life: EvalLife, model: Model, threads: readonly JudgedThread[]): Promise<void>;
  /** Threads that are drafted for. */
  drafts: number;
  /** Plays the stories in a life of their own. */
  playStories(model: Model): Promise<StoryScore[]>;
  signal: AbortSignal;
}

const farMs = 120 * 86_400_000;

/**
 * Measures rules and model on the demo life. Contract: sends nothing: drafts and stories end as proposals in a home that is thrown away;
 * the same answers of the model give the same report.
 */
export async function runEval(life: EvalLife, plan: EvalPlan): Promise<EvalReport> {
  const truth = await readTruth(life);
  const before = await judgedThreads(life);
  const model = plan.model === null ? null : measureModel(plan.model);
  const rules = scoreClasses(pairs(before, truth));
  const measured = model === null ? nothing : await measure(life, plan, { model, before, truth });
  const none = { calls: 0, input: 0, cacheWrite: 0, cacheRead: 0, output: 0, usd: 0 };
  return { version: 1, models: model?.models() ?? [], rules, ...measured, cost: model?.cost() ?? none };
}

const nothing = { judged: null, drafts: null, stories: null } as const;

async function measure(
  life: EvalLife,
  plan: EvalPlan,
  {
    model,
    before,
    truth,
  }: { model: MeasuredModel; before: readonly JudgedThread[]; truth: ReadonlyMap<number, MeantThread> },
): Promise<Pick<EvalReport, "judged" | "drafts" | "stories">> {
  await plan.judge(life, model, before);
  const after = await judgedThreads(life);
  const deps = { ...(await draftDeps(life.context, life.home, { model, signal: plan.signal })), perRun: plan.drafts };
  if (plan.drafts > 0) await draftReplies(deps, after);
  const { store, owner } = life.home;
  const scoring = { store, owner, nowMs: life.context.clock.now(), rules: deps.rules, truth };
  return {
    judged: scoreClasses(pairs(after, truth)),
    drafts: await scoreDrafts(scoring),
    stories: await plan.playStories(model),
  };
}

async function judgedThreads({ context, home }: EvalLife): Promise<JudgedThread[]> {
  const { setting, nowMs } = await prepareTriage(context, home);
  const infos = await listThreads(home.store, toInstant(0), toInstant(nowMs + farMs));
  return (await currentVerdicts(home.store, setting, infos, nowMs)).threads;
}

function pairs(threads: readonly JudgedThread[], truth: ReadonlyMap<number, MeantThread>) {
  return threads.flatMap(({ info, verdict }) => {
    const meant = truth.get(info.id);
    return meant === undefined ? [] : [{ said: verdict.class, truth: meant }];
  });
}
