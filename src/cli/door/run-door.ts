import { fireReminders } from "../../../approvals/fire-reminders.ts";
import { pushNotices } from "../../../approvals/push-notices.ts";
import { whatStops } from "../../../approvals/stop.ts";
import { type StewardError, toStewardError } from "../../core/errors.ts";
import { openEventLog } from "../../daemon/event-log.ts";
import { withFileLock } from "../../store/file-lock.ts";
import type { CommandContext } from "../command-context.ts";
import { doorLockPath } from "./door-lock-path.ts";
import { openPage } from "./open-page.ts";
import type { Plug } from "./plug.ts";
import type { HomeWithDoor } from "./with-door.ts";

/** A stop is seen within this time, and a yes carried out. */
const turnEveryMs = 250;
const afterFaultMs = 5000;
const remindEveryMs = 5000;
const forgetEveryMs = 3_600_000;

/**
 * Takes turn after turn until the signal is given: makes cards of what is proposed, carries out what was approved. Contract: one
 * process on a home at a time, by the operating system's lock; a fault (disk full, a policy that cannot be read) is said once and
 * tried again; nothing is executed meanwhile. Errors: `database_busy` when another one holds the lock.
 */
export async function runDoor(
  context: CommandContext,
  opened: HomeWithDoor,
  signal: AbortSignal,
  say: (line: string) => void,
  options: { plug?: Plug } = {},
): Promise<void> {
  const { home, door, setup } = opened;
  const plug = options.plug ?? null;
  if (plug !== null) setup.atStep = plug.atStep;
  const log = openEventLog(home.paths.log, context.clock);
  await withFileLock(doorLockPath(context.home), async () => {
    const page = await openPage(context, opened, { plug, log: (line) => log.write(line) });
    say(`The page is at ${page.origin}; ${context.self} open signs you in.`);
    let faulty = "";
    let stopped = false;
    let remindedMs = Number.NEGATIVE_INFINITY;
    let forgotMs = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      let waitMs = turnEveryMs;
      try {
        const stop = await whatStops(setup);
        if ((stop !== null) !== stopped) say(stop === null ? "Going on." : `Stopped: ${stop.why}`);
        stopped = stop !== null;
        await door.turn(signal);
        if (context.clock.now() - remindedMs >= remindEveryMs) {
          await fireReminders(setup);
          remindedMs = context.clock.now();
        }
        if (context.clock.now() - forgotMs >= forgetEveryMs) {
          await door.forgetOld();
          forgotMs = context.clock.now();
        }
        for (const line of await pushNotices(setup)) say(line);
        if (faulty !== "") say("The door is well again.");
        faulty = "";
      } catch (error) {
        const named = toStewardError(error, "taking a turn");
        if (signal.aborted) break;
        if (named.message !== faulty) report(named, say, (line) => log.write(line));
        faulty = named.message;
        waitMs = afterFaultMs;
      }
      await context.clock.sleep(waitMs, signal).catch(() => undefined);
    }
    await page.close();
  });
}

function report(error: StewardError, say: (line: string) => void, log: (line: string) => void): void {
  log(`door: ${error.code}: ${error.message}`);
  say(
    error.code === "internal"
      ? "The door met something unexpected; steward.log says more. Nothing is sent meanwhile."
      : `${error.message} ${error.cure ?? ""}`.trim(),
  );
}
