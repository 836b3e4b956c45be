import { dirname } from "node:path";
import type { Clock } from "../../core/clock.ts";
import { toInstant } from "../../core/clock.ts";
import { type StewardError, toStewardError } from "../../core/errors.ts";
import type { Problem, RawRecord } from "../../core/record.ts";
import type { Store } from "../../store/open-store.ts";
import { keepContactsTable } from "./keep-contacts-table.ts";
import { keepMirror, type MirrorPlace } from "./keep-mirror.ts";
import { openMirrorDisk } from "./mirror-disk.ts";
import { refuseMirrorPath } from "./mirror-path.ts";
import { quarantineMirror } from "./quarantine-mirror.ts";

/** Where mirrors lie in the steward home, as absolute paths. */
export interface MirrorHome {
  drive: string;
  /** The contacts table as the service has it, beside contacts.csv. */
  contactsSheet: string;
}

export interface MirrorDeps {
  store: Store;
  clock: Clock;
  /** Absent: nothing is mirrored. */
  mirror?: MirrorHome;
}

/**
 * Brings the files of the steward home in step with one page: what has gone is put aside, what is new or changed is written.
 * Call it before the page's cursor commits.
 *
 * Contract: idempotent after a kill at any point; a file that cannot be written is a problem and the page goes on. Errors:
 * `disk_full`, and those of the database.
 */
export async function keepMirrors(
  deps: MirrorDeps,
  sourceId: string,
  records: readonly RawRecord[],
  gone: readonly string[],
): Promise<Problem[]> {
  const { store, mirror } = deps;
  if (mirror === undefined) return [];
  const problems: Problem[] = [];
  const nowAt = toInstant(deps.clock.now());
  const place: MirrorPlace = { store, disk: openMirrorDisk(mirror.drive), sourceId, nowAt };
  for (const externalId of gone) {
    await orProblem(problems, { path: externalId, offset: null }, () => quarantineMirror(place, externalId));
  }
  for (const record of records) {
    const { mirror: hint, contactsTable } = record.hints;
    if (contactsTable !== undefined) {
      const home = { ...place, disk: openMirrorDisk(dirname(mirror.contactsSheet)) };
      await orProblem(problems, record.locator, () => keepContactsTable(home, record, mirror.contactsSheet));
    }
    if (hint === undefined) continue;
    const refused = refuseMirrorPath(hint.path);
    if (refused !== null) problems.push({ locator: record.locator, reason: `It was not kept as a file: ${refused}.` });
    else await orProblem(problems, record.locator, () => keepMirror(place, record, hint));
  }
  return problems;
}

async function orProblem(
  problems: Problem[],
  locator: Problem["locator"],
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const named = toStewardError(error, "keeping a file of the mirror");
    if (!isOfTheFile(named)) throw named;
    problems.push({ locator, reason: `It was not kept as a file: ${named.message}` });
  }
}

const ofTheFile: readonly string[] = ["wrong_kind", "no_permission", "not_found", "unreadable"];

/** Whether the next file may be written all the same; a name too long for this disk is the file's own fault, too. */
function isOfTheFile(error: StewardError): boolean {
  const cause: unknown = error.cause;
  const code: unknown = cause instanceof Error ? Reflect.get(cause, "code") : null;
  return ofTheFile.includes(error.code) || code === "ENAMETOOLONG" || code === "EINVAL" || code === "EILSEQ";
}
