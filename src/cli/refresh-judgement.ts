import { saveBriefing } from "../store/briefings.ts";
import { withLearnedWeights } from "../triage/learn-from-history.ts";
import { makeBriefing } from "../triage/make-briefing.ts";
import { noticeUrgent } from "../triage/notice-urgent.ts";
import { refreshTriage, type TriageReading } from "../triage/read-digest.ts";
import type { CommandContext } from "./command-context.ts";
import type { OpenHome } from "./open-home.ts";
import { syncPeople } from "./sync-people.ts";
import { loadTriageSetting } from "./triage-setting.ts";

/** Brings people in line with the owner's files, and says with what and as of when triage reads. */
export async function prepareTriage(context: CommandContext, home: OpenHome): Promise<TriageReading> {
  await syncPeople(home);
  const shipped = await loadTriageSetting(context.checkout, home.owner);
  const setting = await withLearnedWeights(home.store, shipped);
  return { setting, nowMs: context.clock.now() };
}

/** The same, judges what is new or changed since the last time, and leaves what the page shows of it. */
export async function refreshJudgement(context: CommandContext, home: OpenHome): Promise<TriageReading> {
  const reading = await prepareTriage(context, home);
  await refreshTriage(home.store, reading);
  await noticeUrgent(home.store, reading.nowMs);
  const briefing = await makeBriefing(home.store, reading);
  await home.store.write((tx) => saveBriefing(tx, briefing));
  return reading;
}
