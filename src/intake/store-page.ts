import { toInstant } from "../core/clock.ts";
import type { CoverageRange, Page } from "../core/connector.ts";
import { cleanText } from "../formats/mail/clean-text.ts";
import { isSentName } from "../formats/mail/sent-names.ts";
import type { Tx } from "../store/open-store.ts";
import { relabelItems } from "../store/relabel-items.ts";
import { type SourceProgress, saveHealth, saveProgress } from "../store/source-health.ts";
import {
  addCoverage,
  addProblems,
  forgetGone,
  isRegistered,
  listCoverage,
  saveCursor,
  spanOfSource,
} from "../store/sources.ts";
import { takeItems } from "../store/take-items.ts";
import { findGoneUnder, findWhollyGone } from "./find-wholly-gone.ts";
import type { ImportProgress } from "./intake.ts";
import { keepMirrors } from "./mirror/keep-mirrors.ts";
import type { ParseResult } from "./parse-batch.ts";
import type { Pass } from "./passes.ts";
import { LeaseLost, type Reading, SourceRemoved } from "./reading.ts";

/** A damaged export of a million rows must not end in memory. */
const problemsListed = 10_000;
const itemsPerTransaction = 240;
const rowsPerTransaction = 100;
/** A poll that finds a few pages of news is no catching up. */
const newsOfAPoll = 200;

/**
 * Stores what one page says: items, labels, what has gone, problems; last, in one transaction, what was covered, how far the
 * read is, and the cursor. Contract: everything before the last transaction may happen twice. Errors: `LeaseLost`,
 * `SourceRemoved`.
 */
export async function storePage(reading: Reading, pass: Pass, page: Page, results: ParseResult[]): Promise<void> {
  const { deps, source, report, options } = reading;
  const problems = [...page.failed, ...results.flatMap((result) => result.problems)];
  await storeItems(reading, results);
  report.relabelled += await inTurns(reading, relabelledOf(page), (tx, some) => relabelItems(tx, source.id, some));
  const whole = await findWhollyGone(reading, page);
  problems.push(...whole.problems);
  problems.push(...(await keepMirrors(deps, source.id, page.records, [...page.gone, ...whole.gone])));
  const under = await findGoneUnder(reading, page);
  report.gone += await inTurns(reading, [...page.gone, ...under, ...whole.gone], (tx, some) =>
    forgetGone(tx, source.id, some),
  );
  const covered = await coveredBy(reading, pass, page);
  const progress = measure(reading, pass, page);
  await writeWhileRegistered(reading, async (tx) => {
    if (!(await reading.lease(tx))) throw new LeaseLost();
    await addProblems(tx, source.id, problems);
    if (covered !== null) await addCoverage(tx, source.id, covered);
    await saveProgress(tx, source.id, progress.stored);
    if (isCatchingUp(reading, page))
      await saveHealth(tx, source.id, { state: "catching_up", detail: "", retryAt: null });
    if (whole.held !== null) await saveCursor(tx, source.id, whole.held.key, whole.held.count, null);
    await saveCursor(tx, source.id, pass.cursor, page.cursor, null);
  });
  report.partial += results.reduce((sum, result) => sum + result.partial, 0);
  report.problemCount += problems.length;
  for (const problem of problems) if (report.problems.length < problemsListed) report.problems.push(problem);
  if (report.added + report.changed + report.relabelled + report.gone > 0) report.unchanged = false;
  options.onProgress({ ...progress.shown, problems: report.problemCount });
}

async function storeItems(reading: Reading, results: ParseResult[]): Promise<void> {
  const { source, report, packs } = reading;
  const items = results.flatMap((result) => result.items);
  for (let at = 0; at < items.length; at += itemsPerTransaction) {
    const taken = await writeWhileRegistered(reading, async (tx) => {
      const some = await takeItems(tx, source.id, items.slice(at, at + itemsPerTransaction), (kept) =>
        packs.append(kept),
      );
      packs.flush();
      return some;
    });
    report.added += taken.added;
    report.known += taken.known;
    report.changed += taken.changed;
  }
  await packs.sync();
}

/** What is written about a source that was removed meanwhile would belong to nobody. */
async function writeWhileRegistered<T>({ deps, source }: Reading, work: (tx: Tx) => Promise<T>): Promise<T> {
  return await deps.store.write(async (tx) => {
    if (!(await isRegistered(tx, source.id))) throw new SourceRemoved();
    return await work(tx);
  });
}

async function inTurns<Row>(
  reading: Reading,
  rows: readonly Row[],
  work: (tx: Tx, some: readonly Row[]) => Promise<number>,
): Promise<number> {
  let done = 0;
  for (let at = 0; at < rows.length; at += rowsPerTransaction) {
    done += await writeWhileRegistered(reading, (tx) => work(tx, rows.slice(at, at + rowsPerTransaction)));
  }
  return done;
}

/** Labels are cleaned, and say that the owner sent it, as they do when a message is first read. */
function relabelledOf(page: Page): { externalId: string; labels: string[]; sent: boolean }[] {
  return (page.relabelled ?? []).map(({ externalId, labels }) => {
    const clean = labels.map((label) => cleanText(label).text);
    return { externalId, labels: clean, sent: clean.some(isSentName) };
  });
}

/** A first read, or one after a gap that is longer than what a poll finds. */
function isCatchingUp({ source }: Reading, page: Page): boolean {
  if (page.done) return false;
  return source.cursors["whole"] !== true || page.progress.total - page.progress.done > newsOfAPoll;
}

/**
 * What a page makes known as seen. A file's walk that came to its end has seen what the file holds of its window; until then
 * nothing is claimed, and an unchanged one that was read to its end before is not asked again. A live source says itself what
 * it has seen; once it has nothing more to say, everything until the reading began.
 */
async function coveredBy(reading: Reading, pass: Pass, page: Page): Promise<CoverageRange | null> {
  const { deps, source, report, connector } = reading;
  if (connector.local !== true) return await coveredLive(reading, page);
  if (!page.done) return page.coverage;
  if (page.records.length === 0 && report.unchanged && source.cursors["whole"] === true) return page.coverage;
  const span = await spanOfSource(deps.store, source.id);
  return pass.name === "recent" ? { from: pass.recentSince, to: span.to } : span;
}

async function coveredLive({ deps, source, startedAt }: Reading, page: Page): Promise<CoverageRange | null> {
  if (page.coverage === null && !page.done) return null;
  const seenTo = page.coverage?.to ?? startedAt;
  const to = page.done && seenTo < startedAt ? startedAt : seenTo;
  const said = page.coverage?.from ?? null;
  if (said !== null) return { from: said, to };
  const oldest = page.coverage === null ? null : (await spanOfSource(deps.store, source.id)).from;
  const last = (await listCoverage(deps.store, source.id)).at(-1)?.to ?? to;
  const from = oldest ?? last;
  return { from: from < to ? from : to, to };
}

/** How far and how fast, for the screen and for the store. */
function measure(reading: Reading, pass: Pass, page: Page): { shown: ImportProgress; stored: SourceProgress } {
  const { deps, source, report, meter } = reading;
  const { done, total, unit } = page.progress;
  const measured = meter.read(page.progress, report.added + report.known + report.changed);
  const measuredAt = toInstant(deps.clock.now());
  return {
    stored: { done, total, unit, perMinute: measured.perMinute, secondsLeft: measured.secondsLeft, measuredAt },
    shown: {
      sourceId: source.id,
      label: source.label,
      doneBytes: done,
      totalBytes: total,
      unit,
      added: report.added,
      known: report.known,
      problems: report.problemCount,
      perSecond: measured.itemRate,
      secondsLeft: measured.secondsLeft,
      pass: pass.name,
    },
  };
}
