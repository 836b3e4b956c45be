import { createHash } from "node:crypto";
import type { OauthState } from "./oauth-state.ts";

/** A token of its own each time, and the same ones in the same order in every run. */
export function mintToken(state: OauthState, kind: string): string {
  state.issued += 1;
  return createHash("sha256").update(`${kind} ${state.issued}`).digest("base64url");
}
