import type { BundleView } from "../../../approvals/door.ts";
import type { CommandContext } from "../command-context.ts";
import type { OpenHome } from "../open-home.ts";
import { bundleLines } from "../render/card-screen.ts";
import { screenOptions } from "./screen-options.ts";

/** Prints a request whole: every card with everything that would leave. */
export function printBundle(
  context: CommandContext,
  { home }: { home: OpenHome },
  bundle: BundleView,
  full = false,
): void {
  const options = screenOptions(context, home, bundle.cards, full);
  context.terminal.out(`${bundleLines(bundle, options).join("\n")}\n`);
}
