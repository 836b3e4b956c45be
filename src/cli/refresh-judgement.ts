import type { Digest, DigestEntry } from "../triage/digest-schema.ts";
import { readDigest, readTriage, readWeek, refreshTriage, type TriageReading } from "../triage/read-digest.ts";
import type { Week } from "../triage/week.ts";
import type { CommandContext } from "./command-context.ts";
import type { OpenHome } from "./open-home.ts";
import { syncPeople } from "./sync-people.ts";
import { loadTriageSetting } from "./triage-setting.ts";

async function readingOf(context: CommandContext, home: OpenHome): Promise<TriageReading> {
  const setting = await loadTriageSetting(context.checkout, home.owner);
  return { setting, nowMs: context.clock.now() };
}

/** Judges what is new or changed since the last time, after bringing people in line with the owner's files. */
export async function refreshJudgement(context: CommandContext, home: OpenHome): Promise<TriageReading> {
  await syncPeople(home);
  const reading = await readingOf(context, home);
  await refreshTriage(home.store, reading);
  return reading;
}

export async function readDigestNow(
  context: CommandContext,
  home: OpenHome,
  options: { since: string | null; limit: number; showIgnored: boolean },
): Promise<{ digest: Digest; ignored: DigestEntry[] }> {
  return await readDigest(home.store, await refreshJudgement(context, home), options);
}

export async function readWeekNow(context: CommandContext, home: OpenHome): Promise<Week> {
  return await readWeek(home.store, await refreshJudgement(context, home));
}

export async function readTriageNow(
  context: CommandContext,
  home: OpenHome,
  window: { from: string; to: string },
): Promise<unknown> {
  return await readTriage(home.store, await refreshJudgement(context, home), window);
}
