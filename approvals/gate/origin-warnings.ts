import type { Warning } from "../../src/core/card.ts";
import { type GateWorld, warn } from "./gate-world.ts";

const verbs: readonly { pattern: RegExp; kind: "destructive" | "permission" | "settings" | "pay" | "sign" }[] = [
  { pattern: /^(?:delete|trash|remove|cancel|clear|erase|empty|spam|purge)(?:_|$)/, kind: "destructive" },
  { pattern: /^(?:share|unshare|grant|invite|publish|permission)(?:_|$)/, kind: "permission" },
  { pattern: /^(?:settings?|configure|forwarding|filter|password)(?:_|$)/, kind: "settings" },
  { pattern: /^(?:pay|transfer|buy|order)(?:_|$)/, kind: "pay" },
  { pattern: /^(?:sign|signature)(?:_|$)/, kind: "sign" },
];

const sentences = {
  destructive: "It takes something away.",
  permission: "It lets others in.",
  settings: "It changes settings.",
  pay: "It is about paying.",
  sign: "It is about signing.",
} as const;

const manyLines = 20;
const burstFrom = 5;

/** What the kind of action and the way it came about say, whatever its text. */
export function originWarnings(world: GateWorld): Warning[] {
  return [...actionWarnings(world), ...readingWarnings(world), ...checkWarnings(world), ...historyWarnings(world)];
}

function actionWarnings(world: GateWorld): Warning[] {
  const { preview, request } = world;
  const { action, tier } = request.content;
  const verb = action.slice(action.lastIndexOf(".") + 1);
  const warnings = verbs
    .filter(({ pattern }) => pattern.test(verb))
    .map(({ kind }) =>
      warn(kind, tier === "critical" ? "red" : outsideRead(world) ? "amber" : "note", sentences[kind]),
    );
  const shared = preview.recipients.filter(({ role }) => role === "shared");
  if (shared.length > 0 && !warnings.some(({ code }) => code === "permission"))
    warnings.push(warn("permission", tier === "critical" ? "red" : "note", `${shared.length} others can see it.`));
  const count = preview.lines.length;
  if (count > 1)
    warnings.push(
      warn("bulk", count >= manyLines && world.tainted ? "amber" : "note", `It is done to ${count} things.`),
    );
  return warnings;
}

/** A model that had read what others wrote, and things the request did not open. */
function readingWarnings({ tainted, read, opened }: GateWorld): Warning[] {
  const byOthers = [...opened, ...read].filter((item) => !item.sentEvidence);
  const warnings: Warning[] = [];
  if (tainted) {
    const text = "Who drafted it had read what others wrote.";
    warnings.push(warn("tainted", "note", text, { itemIds: byOthers.map((item) => item.id) }));
  }
  if (read.length > 0) {
    const text = `Who drafted it had read ${read.length} thing${read.length === 1 ? "" : "s"} the request did not open.`;
    warnings.push(warn("other_items_read", "note", text, { itemIds: read.map((item) => item.id) }));
  }
  return warnings;
}

/** Checks of skills that the drafting side ran: the door repeats what they say, and believes nothing good of it. */
function checkWarnings({ origin }: GateWorld): Warning[] {
  return (origin.notes ?? []).map((text) => warn("own_check", "note", `A check of the draft says: ${text}`));
}

function historyWarnings({ request, origin }: GateWorld): Warning[] {
  const { history } = request;
  const warnings: Warning[] = [];
  if (history?.rejectedAt != null)
    warnings.push(warn("rejected_before", "amber", `You rejected this on ${history.rejectedAt.slice(0, 10)}.`));
  if (history !== undefined && history.fromSameOrigin >= burstFrom && origin.by !== "owner") {
    const text = `${history.fromSameOrigin} cards came from the same place.`;
    warnings.push(warn("burst", "amber", text));
  }
  return warnings;
}

/** Something others wrote was read beyond the threads the request opened: what takes away is held then. */
function outsideRead({ read, tainted }: GateWorld): boolean {
  return tainted && read.some((item) => !item.sentEvidence);
}
