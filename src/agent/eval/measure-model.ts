import type { Model } from "../../core/model.ts";
import type { EvalCost } from "./eval-report.ts";

/** A model whose calls are counted. */
export interface MeasuredModel extends Model {
  cost(): EvalCost;
  /** Ids of the models that answered, sorted. */
  models(): string[];
}

/** Counts what a model is asked and what it costs. Contract: changes no request and no answer. */
export function measureModel(model: Model): MeasuredModel {
  const cost: EvalCost = { calls: 0, input: 0, cacheWrite: 0, cacheRead: 0, output: 0, usd: 0 };
  const models = new Set<string>();
  return {
    caps: () => model.caps(),
    call: async (request) => {
      const reply = await model.call(request);
      models.add(reply.model);
      cost.calls += 1;
      cost.input += reply.usage.input;
      cost.cacheWrite += reply.usage.cacheWrite;
      cost.cacheRead += reply.usage.cacheRead;
      cost.output += reply.usage.output;
      cost.usd = cost.usd === null || reply.costUsd === null ? null : cost.usd + reply.costUsd;
      return reply;
    },
    cost: () => ({ ...cost }),
    models: () => [...models].toSorted(),
  };
}
