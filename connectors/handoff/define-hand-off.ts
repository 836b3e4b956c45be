import { z } from "zod";
import type { Action } from "../../src/core/action.ts";
import { toInstant } from "../../src/core/clock.ts";
import { StewardError } from "../../src/core/errors.ts";

const handedSchema = z.strictObject({ handedAt: z.string() });
export type Handed = z.output<typeof handedSchema>;

export type HandOffAction<Ask, Input> = Action<Ask, Input, null, Handed, null>;
type OwnMembers = "name" | "tier" | "description" | "ask" | "input" | "resolve" | "preview" | "edit";

/**
 * An action that the owner completes. Steward does nothing outside: `done` says that the owner was given it, and only the
 * owner says when they did it. So one whose end was lost in a crash was handed over, and handing it over again is the same.
 */
export function defineHandOff<Ask, Input>(own: Pick<HandOffAction<Ask, Input>, OwnMembers>): HandOffAction<Ask, Input> {
  return {
    ...own,
    handle: z.null(),
    result: handedSchema,
    raise: () => own.tier,
    execute: async (_input, _handle, call) => ({ handedAt: toInstant(call.clock.now()) }),
    readBack: (request) => {
      throw new StewardError("internal", `${own.name} sends nothing, and not ${request.method} ${request.path}.`);
    },
    reconcile: async (_input, _handle, call) => ({
      kind: "done",
      result: { handedAt: toInstant(call.clock.now()) },
    }),
    receipt: () => "Handed to you.",
  };
}
