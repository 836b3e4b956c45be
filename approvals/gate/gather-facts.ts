import type { Look, Preview } from "../../src/core/action.ts";
import type { CardContent, Origin, Warning } from "../../src/core/card.ts";
import type { Owner } from "../../src/core/thread.ts";
import type { Store } from "../../src/store/open-store.ts";
import { attachmentWarnings } from "./attachment-warnings.ts";
import { contentWarnings } from "./content-warnings.ts";
import type { Facts } from "./facts.ts";
import { freeSearch } from "./free-search.ts";
import { type GateWorld, readGateWorld } from "./gate-world.ts";
import { linkWarnings } from "./link-warnings.ts";
import { findNeverBury } from "./never-bury.ts";
import { originWarnings } from "./origin-warnings.ts";
import { overlapWarnings } from "./overlap-warnings.ts";
import { recipientFacts } from "./recipient-facts.ts";
import { contactWarnings, recipientWarnings } from "./recipient-warnings.ts";
import { secretWarnings } from "./secret-warnings.ts";
import { senderWarnings } from "./sender-warnings.ts";
import { inventedWarnings, phoneWarnings, valueSources } from "./value-sources.ts";

/** What is asked about: one revision of a card, and who asked for it. */
export interface FactsRequest {
  store: Store;
  owner: Owner;
  nowMs: number;
  content: CardContent;
  preview: Preview;
  origin: Origin;
  /** Where the bytes of attached files are; without it their content counts as not looked into. */
  look?: Pick<Look, "file">;
  /** What the queue knows of this card; without it nothing is said of it. */
  history?: CardHistory;
}

export interface CardHistory {
  /** When the same effect on the same target was rejected before (UTC ISO-8601); null when never. */
  rejectedAt: string | null;
  /** How many cards, this one included, rest on the same item or request and are open or were made within the day. */
  fromSameOrigin: number;
}

/**
 * Everything the gate goes by, read from the store: who would be reached and how well they are known, what would leave and
 * where it stands already, and what is odd about it. No model text is believed.
 *
 * Contract: reads only; never throws for what the texts say; what could not be found out is in `unanswered`.
 */
export async function gatherFacts(request: FactsRequest): Promise<Facts> {
  const world = await readGateWorld(request);
  const recipients = await recipientFacts(world);
  const values = valueSources(world);
  const warnings = [
    ...recipientWarnings(world, recipients),
    ...(await contactWarnings(world)),
    ...(await senderWarnings(world)),
    ...secretWarnings(world, recipients),
    ...(await overlapWarnings(world, recipients)),
    ...linkWarnings(world),
    ...(await attachmentWarnings(world)),
    ...contentWarnings(world, recipients, values),
    ...phoneWarnings(world, values),
    ...inventedWarnings(world, values),
    ...originWarnings(world),
  ];
  const { content, preview, origin } = request;
  const bury = await findNeverBury(request.store, { action: content.action, preview, origin });
  const unanswered = [...unansweredOf(world), ...bury.unanswered];
  const free = await freeSearch(world);
  const facts = { recipients, warnings: eachOnce(warnings), values, unanswered, neverBury: bury.neverBury };
  return free === null ? facts : { ...facts, freeSearch: free };
}

const unreadLimit = 200;

/** What a card claims to rest on and the store does not have, or has too much of. */
function unansweredOf(world: GateWorld): string[] {
  const { origin, missing } = world;
  const unanswered: string[] = [];
  if (missing > 0) unanswered.push(`What ${missing} of the items say that were read before it was drafted.`);
  if (origin.itemsRead.length > unreadLimit)
    unanswered.push("Which of so many items that were read its text comes from.");
  if (
    world.preview.text === null &&
    world.outgoing.fileText === "" &&
    world.preview.files.some((file) => file.text === null)
  )
    unanswered.push("What the attached files say.");
  return unanswered;
}

/** The same thing is said once, at its highest level. */
function eachOnce(warnings: readonly Warning[]): Warning[] {
  const levels: readonly Warning["level"][] = ["note", "amber", "red"];
  const best = new Map<string, Warning>();
  for (const warning of warnings) {
    const key = `${warning.code} ${warning.about} ${warning.about === "" ? warning.text : ""}`;
    const known = best.get(key);
    if (known === undefined || levels.indexOf(warning.level) > levels.indexOf(known.level)) best.set(key, warning);
  }
  return [...best.values()];
}
