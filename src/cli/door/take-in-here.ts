import { StewardError } from "../../core/errors.ts";
import { withFileLock } from "../../store/file-lock.ts";
import type { CommandContext } from "../command-context.ts";
import { doorLockPath } from "./door-lock-path.ts";
import type { HomeWithDoor } from "./with-door.ts";

const withinMs = 20_000;

/**
 * Makes cards of what rules and runs proposed meanwhile, and ends what expired or moved away, where no `steward start` does. Contract:
 * carries nothing out; a service that does not answer is no reason not to show the rest.
 */
export async function takeInHere(context: CommandContext, { door }: HomeWithDoor): Promise<void> {
  try {
    await withFileLock(doorLockPath(context.home), () => door.takeIn(AbortSignal.timeout(withinMs)), 0);
  } catch (error) {
    if (
      !(error instanceof StewardError) ||
      !["database_busy", "unavailable", "rate_limited", "needs_reauth"].includes(error.code)
    )
      throw error;
  }
}
