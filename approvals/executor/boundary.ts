import type { Action, DoorConnector, OutgoingRequest } from "../../src/core/action.ts";
import { isSameJson, sha256Hex } from "../../src/core/canonical.ts";
import { StewardError } from "../../src/core/errors.ts";
import type { SentRequest } from "../../src/store/attempts.ts";
import { freezeRequest } from "./freeze-request.ts";

/** What a `fetch` that changes something may let out. */
export interface Approved {
  action: Action;
  /** The parsed input of the approved bytes. */
  input: unknown;
  /** `undo` puts back what was done: its requests must be the action's own, not the approved effect again. */
  purpose: "prepare" | "execute" | "undo";
  /** One is the effect; preparing and putting back may take several. */
  mostRequests: number;
}

/** The fetch of one try, and what it saw. */
export interface Boundary {
  fetch: typeof fetch;
  /** Requests that could change something and left, in order. */
  sent: readonly SentRequest[];
}

/**
 * A `fetch` that can only read: what the door looks with, and what it asks the service with about an attempt.
 * Errors: `no_permission`, before anything is sent.
 */
export function lookingFetch(inner: typeof fetch, connector: DoorConnector): typeof fetch {
  return async (input, init) => {
    const request = freezeRequest(input, init);
    const { method, path } = request.look();
    if (isReading(request.look(), connector)) return await request.send(inner);
    throw new StewardError("no_permission", `Looking may not send ${method} ${path}.`);
  };
}

/**
 * A `fetch` that lets out what reads, and of what changes something exactly the approved input: every part of it that a
 * request carries is decoded again and compared, character by character.
 *
 * Contract: a difference, a request the action never makes, or one too many throws `no_permission` before a byte leaves.
 */
export function actingFetch(inner: typeof fetch, connector: DoorConnector, approved: Approved): Boundary {
  const sent: SentRequest[] = [];
  const acting: typeof fetch = async (input, init) => {
    const frozen = freezeRequest(input, init);
    if (isReading(frozen.look(), connector)) return await frozen.send(inner);
    await compare(frozen.look(), approved);
    if (sent.length >= approved.mostRequests) throw differs("more than one request for one effect");
    const { method, path, body } = frozen.look();
    const record: SentRequest = {
      method,
      path,
      sha256: sha256Hex(body),
      status: null,
      answerSha256: null,
    };
    sent.push(record);
    const answer = await frozen.send(inner);
    record.status = answer.status;
    record.answerSha256 = sha256Hex(new Uint8Array(await answer.clone().arrayBuffer()));
    return answer;
  };
  return { fetch: acting, sent };
}

function isReading(request: OutgoingRequest, connector: DoorConnector): boolean {
  return request.method === "GET" || request.method === "HEAD" || connector.isReading(request);
}

async function compare(request: OutgoingRequest, { action, input, purpose }: Approved): Promise<void> {
  let carried: unknown;
  try {
    carried = await action.readBack(request);
  } catch (error) {
    throw new StewardError("no_permission", `${action.name} never sends ${request.method} ${request.path}.`, {
      cause: error,
    });
  }
  if (!isFields(carried)) throw differs("nothing can be said of it");
  if (purpose === "undo") return;
  const whole = Object(input);
  for (const [key, value] of Object.entries(carried)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(whole, key) || !isSameJson(value, Reflect.get(whole, key))) throw differs(key);
  }
}

/** Fields by name and nothing else: of what is hidden in another kind of value, nothing would be compared. */
function isFields(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function differs(what: string): StewardError {
  return new StewardError(
    "no_permission",
    `What would have left is not what was approved: ${what}. Nothing was sent.`,
    {
      cure: "Run: steward ledger verify, and report this: it must not happen.",
    },
  );
}
