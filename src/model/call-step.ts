import type { ModelCaps, ModelRequest } from "../core/model.ts";
import type { WireReply } from "./read-reply.ts";
import type { WireParams } from "./wire.ts";

/** A call on its way: what was asked, of which model, and what would go over the wire. */
export interface ModelCall {
  id: string;
  request: ModelRequest;
  model: string;
  caps: ModelCaps;
  params: WireParams;
}

export type Send = (call: ModelCall) => Promise<WireReply>;

/** One step that every call goes through: it may look, refuse, keep books, or answer by itself. */
export type Step = (call: ModelCall, next: Send) => Promise<WireReply>;

/** The steps in order, and what stands at their end. */
export function composeSteps(steps: readonly Step[], last: Send): Send {
  return steps.reduceRight<Send>((next, step) => (call) => step(call, next), last);
}
