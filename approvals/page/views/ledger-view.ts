import { html } from "hono/html";
import { z } from "zod";
import { count } from "../../../src/core/plural.ts";
import { dayOf, moment } from "../../../src/core/times.ts";
import type { LedgerEntry, LedgerKind } from "../../../src/store/ledger.ts";
import { pagePaths, type ViewDeps } from "../page-actions.ts";
import type { Html } from "./layout.ts";
import type { Reader } from "./message-view.ts";
import { showLine } from "./visible-text.ts";

/** What really happened, without the steps on the way. */
export const effectKinds: readonly LedgerKind[] = [
  "done",
  "failed",
  "unknown",
  "settled_by_owner",
  "undone",
  "undo_failed",
  "marked_done",
  "stopped",
  "resumed",
];

export interface LedgerScene extends Reader {
  entries: readonly LedgerEntry[];
  /** Titles by card id. */
  cards: ReadonlyMap<string, { number: number; title: string }>;
  everything: boolean;
  verified: Awaited<ReturnType<ViewDeps["verifyLedger"]>> | null;
  /** Where older entries begin; null when there are none. */
  olderThan: number | null;
}

/** The ledger in words, newest first, a day a heading; what each entry is chained by stands behind it. */
export function ledgerBody(scene: LedgerScene): Html {
  const { entries, everything, olderThan, zone, nowMs } = scene;
  const days = [...Map.groupBy(entries, ({ at }) => dayOf(at, zone, nowMs))];
  const filter = everything ? "&all" : "";
  return html`<section class="column ledger" id="ledger" data-live data-version="${entries[0]?.seq ?? 0}.${everything}"><header><h1 tabindex="-1" id="title">Ledger</h1>${chainLine(scene)}
<p class="meta">${everything ? html`<a href="${pagePaths.ledger}">What was done</a> · Everything` : html`What was done · <a href="${pagePaths.ledger}?all">Everything</a>`}</p></header>
${entries.length === 0 ? html`<p class="none">Nothing was done yet.</p>` : ""}
${days.map(([day, some]) => html`<section><h2>${day}</h2><ol class="ended">${some.map((entry) => entryRow(entry, scene))}</ol></section>`)}
${olderThan === null ? "" : html`<p><a href="${pagePaths.ledger}?before=${olderThan}${filter}">Older</a></p>`}</section>`;
}

function chainLine({ verified }: LedgerScene): Html {
  if (verified === null)
    return html`<p class="meta">A chain of hashes: <a href="${pagePaths.ledger}?verify">verify it</a></p>`;
  return verified.ok
    ? html`<p class="meta">The chain of ${count(verified.entries)} entries holds: nothing was changed, left out or cut off.</p>`
    : html`<p class="refused" role="alert">The ledger is broken at entry ${verified.brokenAt}: ${showLine(verified.why)}. Nothing after it can be trusted. Keep the database, and run: steward ledger verify</p>`;
}

function entryRow(entry: LedgerEntry, { cards, zone, nowMs }: LedgerScene): Html {
  const card = entry.cardId === null ? undefined : cards.get(entry.cardId);
  const title = card === undefined ? "" : html` <a href="${pagePaths.card(card.number)}">${showLine(card.title)}</a>`;
  return html`<li><span class="kind">${words(entry)}${title}</span><span class="age" title="entry ${entry.seq}, ${entry.hash}">${moment(entry.at, zone, nowMs)}</span></li>`;
}

const body = z.looseObject({
  receipt: z.string().optional(),
  why: z.string().optional(),
  kind: z.string().optional(),
  reason: z.string().optional(),
  cap: z.string().optional(),
  more: z.number().optional(),
  happened: z.boolean().optional(),
  refusal: z.string().optional(),
  action: z.string().optional(),
  surface: z.string().optional(),
  decidedBy: z.looseObject({ surface: z.string(), proof: z.string() }).optional(),
});

/** One past-tense sentence an entry. */
function words(entry: LedgerEntry): Html {
  const said = body.safeParse(entry.body).data ?? {};
  const why = said.why === undefined || said.why === "" ? "" : html`: ${showLine(said.why)}`;
  const by = said.decidedBy === undefined ? "" : ` on the ${said.decidedBy.surface}, ${said.decidedBy.proof}`;
  switch (entry.kind) {
    case "proposed":
      return html`Proposed.`;
    case "revised":
      return html`Changed to another revision.`;
    case "decided":
      return html`You said ${said.kind === "send_now" ? "send now" : (said.kind ?? "yes")}${by}.${said.reason === undefined || said.reason === "" ? "" : html` “${showLine(said.reason)}”`}`;
    case "refused":
      return html`Refused ${said.action ?? "a proposal"}: ${showLine(said.refusal ?? "")}`;
    case "dropped":
      return html`Void${why}.`;
    case "prepared":
      return html`Prepared.`;
    case "committing":
      return html`Began.`;
    case "done":
      return html`<strong>${showLine(said.receipt ?? "Done.")}</strong>`;
    case "failed":
      return html`Failed${why}.`;
    case "not_done":
      return html`Did not happen${why}.`;
    case "unknown":
      return html`<strong>Nobody can tell</strong>${why}.`;
    case "settled_by_owner":
      return html`You said that it ${said.happened === true ? "happened" : "did not happen"}.`;
    case "undoing":
      return html`Began to undo it${by}.`;
    case "undone":
      return html`Undone${by}.`;
    case "undo_failed":
      return html`Could not be undone${why}.`;
    case "marked_done":
      return html`You marked it done.`;
    case "stopped":
      return html`<strong>Everything stopped</strong>, by the ${said.surface ?? "owner"}${why}.`;
    case "resumed":
      return html`Resumed${by}.`;
    case "policy":
      return html`The policy changed.`;
    case "cap_lifted":
      return html`${said.more ?? "More"} more allowed under ${showLine(said.cap ?? "a cap")}${by}.`;
    case "heard":
      return html`You said something at the ${said.surface ?? "terminal"}; it is kept.`;
  }
}
