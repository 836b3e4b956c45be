import type { CommandContext } from "../command-context.ts";
import type { OpenHome } from "../open-home.ts";
import type { CardScreenOptions } from "../render/card-screen.ts";
import { makePaint } from "../render/paint.ts";

/** How cards are drawn on this screen. */
export function screenOptions(context: CommandContext, home: OpenHome): CardScreenOptions {
  return {
    paint: makePaint(context.terminal.colour),
    width: Math.min(context.terminal.columns, 78),
    zone: home.config.zone,
    nowMs: context.clock.now(),
    self: context.self,
  };
}
