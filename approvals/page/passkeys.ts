import { randomBytes } from "node:crypto";
import type { Clock } from "../../src/core/clock.ts";
import type { Store } from "../../src/store/open-store.ts";
import { proveSession, type StoredSession } from "../../src/store/page-sessions.ts";
import { addPasskey, listPasskeys, notePasskeyUse } from "../../src/store/passkeys.ts";
import type { Authority } from "./authority.ts";
import { makeQuestions, type PasskeyAsk, questionLivesMs } from "./passkey-questions.ts";
import {
  newPasskeyAnswer,
  passkeyAlgorithms,
  passkeyAnswer,
  verifyNewPasskey,
  verifyPasskey,
} from "./verify-passkey.ts";

export interface Passkeys {
  /** Options for `navigator.credentials.get`; null when none is enrolled for this page. */
  ask(session: StoredSession, ask: PasskeyAsk): Promise<object | null>;
  /** Whether an enrolled passkey answered this very question of this session, just now, for the first time. */
  check(session: StoredSession, ask: PasskeyAsk, answer: unknown): Promise<boolean>;
  /** Options for `navigator.credentials.create`. */
  askNew(session: StoredSession): Promise<object>;
  /** Keeps a new one; false when the answer is none to what was asked. */
  add(session: StoredSession, name: string, answer: unknown): Promise<boolean>;
}

const userId = Buffer.from("steward owner");

/**
 * Passkeys of one page. Contract: a question is for one session and one purpose (for a yes: these cards, revisions and hashes in
 * this order), lives two minutes and is answered once, whatever the answer is worth; the owner must be verified by the device.
 * Source: https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion
 */
export function makePasskeys(deps: { store: Store; clock: Clock; authority: () => Authority }): Passkeys {
  const { store, authority } = deps;
  const questions = makeQuestions(deps);
  return {
    ask: async (session, ask) => {
      const known = await listPasskeys(store, authority().rpId);
      if (known.length === 0) return null;
      const { generateAuthenticationOptions } = await import("@simplewebauthn/server");
      const options = await generateAuthenticationOptions({
        rpID: authority().rpId,
        allowCredentials: known.map(({ id, transports }) => ({ id, transports })),
        challenge: new Uint8Array(randomBytes(32)),
        userVerification: "required",
        timeout: questionLivesMs,
      });
      await questions.keep(session, ask, options.challenge);
      return options;
    },
    check: async (session, ask, answer) => {
      const given = passkeyAnswer.safeParse(answer).data;
      const challenge = given === undefined ? null : await questions.take(session, ask, given.response.clientDataJSON);
      if (given === undefined || challenge === null) return false;
      const passkey = (await listPasskeys(store, authority().rpId)).find(({ id }) => id === given.id);
      if (passkey === undefined) return false;
      const counter = await verifyPasskey(authority(), given, challenge, passkey);
      if (counter === null) return false;
      await store.write(async (tx) => {
        await notePasskeyUse(tx, passkey.id, counter);
        await proveSession(tx, session.id);
      });
      return true;
    },
    askNew: async (session) => {
      const { generateRegistrationOptions } = await import("@simplewebauthn/server");
      const known = await listPasskeys(store, authority().rpId);
      const options = await generateRegistrationOptions({
        rpName: "steward",
        rpID: authority().rpId,
        userName: "owner",
        userID: new Uint8Array(userId),
        challenge: new Uint8Array(randomBytes(32)),
        timeout: questionLivesMs,
        attestationType: "none",
        supportedAlgorithmIDs: passkeyAlgorithms,
        excludeCredentials: known.map(({ id, transports }) => ({ id, transports })),
        authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
      });
      await questions.keep(session, { for: "add" }, options.challenge);
      return options;
    },
    add: async (session, name, answer) => {
      const given = newPasskeyAnswer.safeParse(answer).data;
      const challenge =
        given === undefined ? null : await questions.take(session, { for: "add" }, given.response.clientDataJSON);
      if (given === undefined || challenge === null) return false;
      const made = await verifyNewPasskey(authority(), given, challenge);
      if (made === null) return false;
      const { transports } = given.response;
      return await store.write(async (tx) => {
        const isNew = await addPasskey(tx, { ...made, rpId: authority().rpId, name, transports });
        if (isNew) await proveSession(tx, session.id);
        return isNew;
      });
    },
  };
}
