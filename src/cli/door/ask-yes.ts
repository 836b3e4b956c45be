import type { BundleView } from "../../../approvals/door.ts";
import type { DecidedBy } from "../../core/card.ts";
import { StewardError } from "../../core/errors.ts";
import type { CommandContext } from "../command-context.ts";

export interface YesFlags {
  /** Said beforehand; counts for green only, and only with the hash. */
  yes: boolean;
  /** The beginning of the hash that was looked at. */
  sha: string | null;
}

/**
 * The owner's yes to what is on the screen: a key for green, the word for amber, a recipient's domain for red. Returns how it was
 * proved; null when they did not say it. Contract: without a person nothing but a green card whose hash was named is approved.
 */
export async function askYes(
  context: CommandContext,
  bundle: BundleView,
  flags: YesFlags,
): Promise<DecidedBy["proof"] | null> {
  if (flags.yes || !context.terminal.interactive) return namedYes(bundle, flags);
  const ask = await context.loadAsk();
  switch (bundle.friction) {
    case "nothing":
    case "green":
      return (await ask.yes("Do it?", false)) ? "terminal" : null;
    case "amber": {
      const typed = await ask.text("Look twice. Type yes to do it, or nothing:", { initial: "" });
      return typed.trim().toLowerCase() === "yes" ? "terminal" : null;
    }
    case "red": {
      const word = wordToType(bundle);
      const typed = await ask.text(`Stop and read. Type ${word} to do it all the same, or nothing:`, { initial: "" });
      return typed.trim().toLowerCase() === word.toLowerCase() ? "typed" : null;
    }
    case "never":
      throw new StewardError("no_permission", "Steward never does this.");
  }
}

/** What is typed for a red card: the domain there is most doubt about; without a recipient the word itself. */
function wordToType({ cards }: BundleView): string {
  const red = cards.find(({ verdict }) => verdict.friction === "red");
  return red?.verdict.typeToApprove ?? "yes, really";
}

function namedYes({ friction, open }: BundleView, { yes, sha }: YesFlags): DecidedBy["proof"] {
  const [first] = open;
  if (!yes || sha === null || friction !== "green") {
    throw new StewardError("usage", "Nobody can be asked here, so nothing was approved.", {
      cure:
        friction === "green"
          ? "Where nobody sits, a green card takes --yes and --sha with the hash that was looked at (cards N --json)."
          : "This card is approved by a person: on a terminal, or on the page.",
    });
  }
  if (sha.length < 8 || first === undefined || !first.sha256.startsWith(sha.toLowerCase())) {
    throw new StewardError("moved", "The card is not the one with that hash.", {
      cure: "Look at it again: steward cards",
    });
  }
  return "terminal";
}
