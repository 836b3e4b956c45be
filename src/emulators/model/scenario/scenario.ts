import { noAnswer } from "../api-failure.ts";
import { type Policy, say, sayJson } from "../policy.ts";
import { viewRequest } from "../view-request.ts";
import { findCommitments } from "./commitments.ts";
import { draftReply } from "./draft.ts";
import { judgeThreads } from "./judge.ts";
import { consolidate, describeStyle, summarise } from "./prose.ts";
import { playRequest } from "./requests/play-request.ts";

/**
 * The demo's model: plays its flows by small rules over what the request really holds, and knows nothing else. What it says to the owner
 * begins with `[scripted model]`. Contract: depends on the request alone; what it has no answer for is refused.
 */
export function scenario(): Policy {
  return {
    name: "scenario",
    answer: (request) => {
      const view = viewRequest(request);
      const [data] = view.fenced;
      switch (view.purpose) {
        case "judge":
        case "judge-closer":
          return sayJson(judgeThreads(data, view.purpose === "judge-closer"));
        case "draft":
          return sayJson(draftReply(data));
        case "commitments":
          return sayJson(findCommitments(data));
        case "consolidate":
          return sayJson(consolidate(data));
        case "style":
          return say(describeStyle(data));
        case "summarise":
          return say(summarise(view.fenced, view.words));
        case "request":
        case "sub-job":
          return playRequest(view);
        default:
          throw noAnswer("scenario", `the purpose "${view.purpose}"`);
      }
    },
  };
}
