import type { Origin } from "../../src/core/card.ts";
import type { GateRequest } from "./gate.ts";
import { linesToKeepOut } from "./lines-to-keep-out.ts";

/** What steward does not do at all, whoever asks; null where it may be asked. Contract: pure. */
export function refusalOf(request: GateRequest): string | null {
  const { facts, preview, origin, content, action } = request;
  if (content.action !== action.name) return "It is not the action it was drawn up for.";
  const invalid = facts.recipients.find(({ standing }) => standing === "invalid");
  if (invalid !== undefined) return "Somebody it would reach has no address that can be read as one.";
  const codes = new Set(facts.warnings.map(({ code }) => code));
  if (codes.has("private_link") && !isTypedByOwner(origin)) {
    return "It has a link into this computer or its network, which you did not write.";
  }
  const isHandedOver = preview.handOff !== null;
  const shares = facts.warnings.some(
    ({ code, level, about }) => code === "permission" && level === "red" && about === "",
  );
  if (!isHandedOver && (codes.has("pay") || codes.has("sign") || shares)) {
    return "Steward never pays, signs or shares by itself: it can hand that to you.";
  }
  const kept = linesToKeepOut(request);
  return kept.length === 0 ? null : `${kept.length} of them are not to be buried: ${kept[0]?.why ?? ""}`;
}

/** No model had a hand in it, and the owner asked. */
function isTypedByOwner({ by, callId }: Origin): boolean {
  return by === "owner" && callId === null;
}
