import type { OutgoingRequest } from "../../src/core/action.ts";

/** Of the POSTs Google's connectors make, those that change nothing: asking for an access token, and for busy times. */
export function isReadingPost({ method, path, query, contentType, body }: OutgoingRequest): boolean {
  if (method !== "POST" || query.size > 0) return false;
  if (path === "/calendar/v3/freeBusy") return true;
  if (path !== "/token" || !contentType.startsWith("application/x-www-form-urlencoded")) return false;
  return new URLSearchParams(new TextDecoder().decode(body)).get("grant_type") === "refresh_token";
}
