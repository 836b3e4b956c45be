import type { CommandContext } from "../command-context.ts";
import type { OpenHome } from "../open-home.ts";
import { makePaint } from "../render/paint.ts";
import type { RunScreenOptions } from "../render/run-screen.ts";
import { loadCited } from "./load-cited.ts";

/** How requests are drawn on this screen; `answer` is the text whose cited items have to be known. */
export function runScreenOptions(
  { terminal, self, clock }: CommandContext,
  home: OpenHome,
  answer = "",
): RunScreenOptions {
  return {
    paint: makePaint(terminal.colour),
    width: Math.min(terminal.columns, 78),
    self,
    zone: home.config.zone,
    nowMs: clock.now(),
    briefs: loadCited(home, answer),
  };
}
