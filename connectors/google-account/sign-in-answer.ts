import { createHash, timingSafeEqual } from "node:crypto";

/**
 * What came back from Google's consent page. `foreign` is an answer that does not belong to this sign-in: another state, or
 * parts that occur twice. `empty` is no answer at all.
 */
export type SignInAnswer =
  | { kind: "code"; code: string }
  | { kind: "refused"; error: string }
  | { kind: "foreign" }
  | { kind: "empty" };

/** Reads the query of a redirect. Contract: pure; the state is compared in constant time. */
export function readAnswer(query: URLSearchParams, state: string): SignInAnswer {
  const names = ["code", "error", "state"];
  if (!names.some((name) => query.has(name))) return { kind: "empty" };
  if (names.some((name) => query.getAll(name).length > 1)) return { kind: "foreign" };
  if (!isSame(query.get("state") ?? "", state)) return { kind: "foreign" };
  const error = query.get("error");
  // The word comes from whoever sent the browser here: only what looks like one of OAuth's words is passed on.
  if (error !== null) return { kind: "refused", error: /^[a-z_]{1,60}$/.test(error) ? error : "unknown_error" };
  const code = query.get("code") ?? "";
  return code === "" ? { kind: "foreign" } : { kind: "code", code };
}

/**
 * Reads what a person pasted: the whole address of the page that did not load, or only the code in it. A bare code carries no
 * state; PKCE still ties it to this sign-in.
 */
export function readPasted(text: string, state: string): SignInAnswer {
  const pasted = text.replace(/\s+/g, "");
  if (pasted === "") return { kind: "empty" };
  if (/^https?:/i.test(pasted)) {
    return URL.canParse(pasted) ? readAnswer(new URL(pasted).searchParams, state) : { kind: "empty" };
  }
  if (/[?&=]/.test(pasted)) return readAnswer(new URLSearchParams(pasted.replace(/^[^?]*\?/, "")), state);
  const code = /^[\w%/.~-]{4,1000}$/.test(pasted) ? decodeCode(pasted) : null;
  return code === null ? { kind: "empty" } : { kind: "code", code };
}

/** In an address the slash of a code is written %2F. */
function decodeCode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Hashing first makes both sides as long as each other, whatever was sent. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
