import type { BundleView } from "../../../approvals/door.ts";
import type { DecidedBy } from "../../core/card.ts";
import { StewardError } from "../../core/errors.ts";
import { listWords } from "../../core/plural.ts";
import type { CommandContext } from "../command-context.ts";

export interface YesFlags {
  /** Said beforehand; counts for green only, and only with the hashes. */
  yes: boolean;
  /** The beginnings of the hashes of what was looked at, one for each card. */
  sha: readonly string[];
  /** Whether a passkey is enrolled: then a red card takes nothing less, and that is on the page. */
  passkey: boolean;
}

/**
 * The owner's yes to what is on the screen: a key for green, the word for amber, the recipients' domains for red. Returns how it
 * was proved; null when they did not say it. Contract: without a person nothing but a green request whose hashes were named is
 * approved. Errors: `usage`, `moved`, `no_permission`.
 */
export async function askYes(
  context: CommandContext,
  bundle: BundleView,
  flags: YesFlags,
): Promise<DecidedBy["proof"] | null> {
  if (bundle.friction === "never") throw new StewardError("no_permission", "Steward never does this.");
  if (bundle.friction === "red" && flags.passkey) {
    throw new StewardError("no_permission", "A red card takes your passkey, and that is on the page.", {
      cure: `Open it: ${context.self} open`,
    });
  }
  if (flags.yes || !context.terminal.interactive) return namedYes(context, bundle, flags);
  const ask = await context.loadAsk();
  const many = bundle.open.length > 1 ? ` all ${bundle.open.length}` : "";
  switch (bundle.friction) {
    case "nothing":
    case "green":
      return (await ask.yes(`Do${many === "" ? " it" : many}?`, false)) ? "terminal" : null;
    case "amber": {
      const typed = await ask.text(`Look twice. Type yes to do${many === "" ? " it" : many}, or nothing:`, {
        initial: "",
      });
      return typed.trim().toLowerCase() === "yes" ? "terminal" : null;
    }
    case "red": {
      const words = wordsToType(bundle);
      const question = `Stop and read. Type ${listWords(words)} to do${many === "" ? " it" : many} all the same, or nothing:`;
      const typed = new Set((await ask.text(question, { initial: "" })).toLowerCase().split(/[\s,]+/));
      return words.every((word) => typed.has(word.toLowerCase())) ? "typed" : null;
    }
  }
}

/** What is typed for red cards: of each the domain there is most doubt about; the word itself where there is no recipient. */
function wordsToType({ cards }: BundleView): string[] {
  const red = cards.filter(({ card, verdict }) => card.state === "proposed" && verdict.friction === "red");
  return [...new Set(red.map(({ verdict }) => verdict.typeToApprove ?? "yes"))];
}

const shortestHash = 8;

function namedYes(
  { self }: CommandContext,
  { friction, open, cards }: BundleView,
  { yes, sha }: YesFlags,
): DecidedBy["proof"] {
  const isGreen = friction === "green" || friction === "nothing";
  if (!yes || sha.length === 0 || !isGreen) {
    const look = `${self} cards ${cards[0]?.card.number ?? ""} --json`.replace("  ", " ");
    throw new StewardError(
      "usage",
      yes && isGreen ? "Which one was looked at?" : "Nobody can be asked here, so nothing was approved.",
      {
        cure: isGreen
          ? `Where nobody sits, a green card takes --yes and --sha with the hash that was looked at: ${look}`
          : "This card is approved by a person: on a terminal, or on the page.",
      },
    );
  }
  const isSeen = ({ sha256 }: { sha256: string }, at: number): boolean => {
    const named = sha[at]?.toLowerCase() ?? "";
    return named.length >= shortestHash && sha256.startsWith(named);
  };
  if (sha.length !== open.length || !open.every(isSeen)) {
    throw new StewardError("moved", "These are not the cards with those hashes, so nothing was approved.", {
      cure: `Look again: ${self} cards; each open step takes a --sha of its own, at least ${shortestHash} letters, in order.`,
    });
  }
  return "terminal";
}
