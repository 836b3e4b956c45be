import { z } from "zod";
import { canonicalHash } from "../../src/core/canonical.ts";
import { type Clock, toInstant } from "../../src/core/clock.ts";
import type { Store } from "../../src/store/open-store.ts";
import type { StoredSession } from "../../src/store/page-sessions.ts";
import { keepChallenge, takeChallenge } from "../../src/store/passkeys.ts";
import type { CardSeen } from "../door.ts";

/** What a passkey is asked for: a yes to these very revisions, that the owner sits there, or to become one. */
export type PasskeyAsk = { for: "decide"; seen: readonly CardSeen[] } | { for: "prove" } | { for: "add" };

export interface PasskeyQuestions {
  keep(session: StoredSession, ask: PasskeyAsk, challenge: string): Promise<void>;
  /** The challenge an answer is to, if it was this question of this session; it is used up from now on. */
  take(session: StoredSession, ask: PasskeyAsk, clientDataJSON: string): Promise<string | null>;
}

export const questionLivesMs = 2 * 60_000;
const clientData = z.object({ challenge: z.string().max(200) });

/** The questions that wait for a passkey's answer. */
export function makeQuestions({ store, clock }: { store: Store; clock: Clock }): PasskeyQuestions {
  return {
    keep: (session, ask, challenge) => {
      const expiresAt = toInstant(clock.now() + questionLivesMs);
      const asked = { sessionId: session.id, purpose: ask.for, about: aboutOf(ask), expiresAt };
      return store.write((tx) => keepChallenge(tx, challenge, asked));
    },
    take: async (session, ask, clientDataJSON) => {
      const challenge = challengeOf(clientDataJSON);
      if (challenge === null) return null;
      const asked = await store.write((tx) => takeChallenge(tx, challenge));
      const isThis = asked?.sessionId === session.id && asked.purpose === ask.for && asked.about === aboutOf(ask);
      return isThis ? challenge : null;
    },
  };
}

function aboutOf(ask: PasskeyAsk): string {
  return ask.for === "decide" ? canonicalHash({ kind: "approve", seen: ask.seen }) : "";
}

function challengeOf(clientDataJSON: string): string | null {
  try {
    return clientData.parse(JSON.parse(Buffer.from(clientDataJSON, "base64url").toString("utf8"))).challenge;
  } catch {
    return null;
  }
}
