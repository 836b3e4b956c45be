import type { BundleView } from "../../../approvals/door.ts";
import { StewardError } from "../../core/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { askYes, type YesFlags } from "./ask-yes.ts";
import { byTerminal, orThrow } from "./by-terminal.ts";
import { carryOutHere } from "./carry-out-here.ts";
import type { HomeWithDoor } from "./with-door.ts";

/** Asks for the yes to what stands on the screen and, after it, stays until it came to rest. `now` waits for no undo window. */
export async function approveBundle(
  context: CommandContext,
  opened: HomeWithDoor,
  bundle: BundleView,
  flags: Omit<YesFlags, "passkey"> & { now: boolean },
): Promise<void> {
  const { door, setup } = opened;
  await refuseBeforeAsking(context, opened, bundle);
  const proof = await askYes(context, bundle, { ...flags, passkey: await setup.hasPasskey() });
  if (proof === null) {
    context.terminal.out("Nothing was done.\n");
    return;
  }
  const request = { seen: bundle.open, kind: "approve" as const, reason: "", laterUntil: null };
  const cards = orThrow(await door.decide({ ...request, decidedBy: byTerminal(proof) }));
  const ids = cards.map(({ id }) => id);
  if (flags.now) for (const id of ids) orThrow(await door.sendNow(id, byTerminal("terminal")));
  await carryOutHere(context, opened, ids);
}

/** Nobody is asked for a yes that would not count. The door refuses the same again where it does count. */
async function refuseBeforeAsking(
  { clock, self }: CommandContext,
  { door }: HomeWithDoor,
  { cards }: BundleView,
): Promise<void> {
  if ((await door.stopped()) !== null) {
    throw new StewardError("locked", "Everything is stopped, so nothing was approved.", {
      cure: `Lift it: ${self} resume`,
    });
  }
  for (const { card, missingAccess } of cards.filter((view) => view.card.state === "proposed")) {
    if (Date.parse(card.expiresAt) <= clock.now()) {
      throw new StewardError("moved", `Card ${card.number} has expired.`, {
        cure: `Run: ${self} redraft ${card.number}`,
      });
    }
    if (missingAccess !== null) throw new StewardError("needs_reauth", missingAccess.why, { cure: missingAccess.cure });
  }
}
