import { StewardError } from "../../core/errors.ts";
import type { Store } from "../../store/open-store.ts";
import { getRun, listRuns, type Run } from "../../store/runs.ts";

const mostLookedAt = 2000;
const shortest = 4;

/** The run that an id, or the end of one, names. Errors: `not_found`, `usage` where several end so. */
export async function findRun(store: Store, text: string): Promise<Run> {
  const wanted = text.trim().toLowerCase();
  const whole = await getRun(store, wanted);
  if (whole !== null) return whole;
  const ending =
    wanted.length < shortest
      ? []
      : (await listRuns(store, { limit: mostLookedAt })).filter(({ id }) => id.endsWith(wanted));
  const [run, other] = ending;
  if (run === undefined)
    throw new StewardError("not_found", `There is no run ${wanted.slice(0, 40)}.`, { cure: "steward runs" });
  if (other !== undefined)
    throw new StewardError("usage", `Several runs end in ${wanted}.`, { cure: "Give more of the id." });
  return run;
}
