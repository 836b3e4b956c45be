import { noAnswer } from "../api-failure.ts";
import type { Policy } from "../policy.ts";
import { viewRequest } from "../view-request.ts";

/** The demo's model: plays its flows by small rules over what the request really holds, and says so. */
export function scenario(): Policy {
  return {
    name: "scenario",
    answer: (request) => {
      const view = viewRequest(request);
      throw noAnswer("scenario", `the purpose "${view.purpose}"`);
    },
  };
}
