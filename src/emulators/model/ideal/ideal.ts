import { noAnswer } from "../api-failure.ts";
import type { MessagesRequest } from "../messages-api.ts";
import { type Policy, type PolicyAnswer, say, sayJson } from "../policy.ts";
import { type RequestView, viewRequest } from "../view-request.ts";

/** Text as a string, JSON as `{json}`, or a whole answer. */
export type IdealAnswer = string | { json: unknown } | PolicyAnswer;

/** An answer, or what makes one from what is asked. Null: there is none. */
export type IdealSource =
  | IdealAnswer
  | ((view: RequestView, request: MessagesRequest) => IdealAnswer | null | Promise<IdealAnswer | null>);

/** By purpose; `*` is for whatever is not named, requests without a purpose included. */
export type IdealAnswers = Readonly<Record<string, IdealSource>>;

/** A policy of given answers, for tests: `ideal({ judge: (view) => ({ json: … }), request: inTurn(use(…), "Done.") })`. */
export function ideal(answers: IdealAnswers): Policy {
  return {
    name: "ideal",
    answer: async (request) => {
      const view = viewRequest(request);
      const source = answers[view.purpose] ?? answers["*"];
      const answer = typeof source === "function" ? await source(view, request) : source;
      if (answer === undefined || answer === null) throw noAnswer("ideal", `the purpose "${view.purpose}"`);
      return toAnswer(answer);
    },
  };
}

/** One answer after the other, a request each; after the last there is none. */
export function inTurn(...sources: readonly IdealSource[]): IdealSource {
  let next = 0;
  return async (view, request) => {
    const source = sources[next];
    next += 1;
    return typeof source === "function" ? source(view, request) : (source ?? null);
  };
}

function toAnswer(answer: IdealAnswer): PolicyAnswer {
  if (typeof answer === "string") return say(answer);
  return "json" in answer ? sayJson(answer.json) : answer;
}
