import type { DecisionAnswer } from "../../../approvals/door.ts";
import type { DecidedBy } from "../../core/card.ts";
import { type ErrorCode, StewardError } from "../../core/errors.ts";

/** Whoever sits at this terminal. */
export function byTerminal(proof: DecidedBy["proof"]): DecidedBy {
  return { surface: "terminal", session: `process ${process.pid}`, proof };
}

const codes: Record<Extract<DecisionAnswer, { kind: "refused" }>["refusal"], ErrorCode> = {
  not_there: "not_found",
  changed: "moved",
  already_decided: "moved",
  expired: "moved",
  needs_page: "no_permission",
  needs_passkey: "no_permission",
  needs_typing: "no_permission",
  needs_consent: "needs_reauth",
  never: "no_permission",
  stopped: "locked",
};

/** What was decided, or the reason why not as an error with its exit code. */
export function orThrow(answer: DecisionAnswer): Extract<DecisionAnswer, { kind: "ok" }>["cards"] {
  if (answer.kind === "ok") return answer.cards;
  throw new StewardError(codes[answer.refusal], answer.text);
}
