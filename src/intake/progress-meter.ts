import type { Clock } from "../core/clock.ts";
import type { Page } from "../core/connector.ts";
import type { Source } from "../store/sources.ts";
import type { ImportProgress, ImportReport } from "./intake.ts";
import type { Pass } from "./passes.ts";

const windowMs = 5000;

/** Turns pages into progress: rate over the last five seconds, time left from the bytes still to read. */
export class ProgressMeter {
  readonly #clock: Clock;
  readonly #samples: { at: number; items: number; done: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  read(source: Source, pass: Pass, page: Page, report: ImportReport): ImportProgress {
    const now = this.#clock.now();
    const items = report.added + report.known + report.changed;
    this.#samples.push({ at: now, items, done: page.progress.done });
    while (this.#samples.length > 2 && now - (this.#samples[0]?.at ?? now) > windowMs) this.#samples.shift();
    const first = this.#samples[0] ?? { at: now, items, done: 0 };
    const seconds = (now - first.at) / 1000;
    const doneRate = seconds > 0 ? (page.progress.done - first.done) / seconds : 0;
    const left = page.progress.total - page.progress.done;
    return {
      sourceId: source.id,
      label: source.label,
      doneBytes: page.progress.done,
      totalBytes: page.progress.total,
      unit: page.progress.unit,
      added: report.added,
      known: report.known,
      problems: report.problemCount,
      perSecond: seconds > 0 ? Math.round((items - first.items) / seconds) : 0,
      secondsLeft: doneRate > 0 ? Math.ceil(left / doneRate) : null,
      pass: pass.name,
    };
  }
}
