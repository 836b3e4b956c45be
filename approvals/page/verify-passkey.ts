import { z } from "zod";
import type { Authority } from "./authority.ts";

const base64url = z.string().regex(/^[\w-]{1,20000}$/);
/** EdDSA, ES256, RS256 by their COSE numbers; the library's default probes Node for more, which prints a warning. */
export const passkeyAlgorithms = [-8, -7, -257];
/** The device made sure that it is the owner: by finger, face or PIN. */
const verified = { requireUserVerification: true };
/** What `navigator.credentials.get` gives, as JSON. */
export const passkeyAnswer = z.object({
  id: base64url,
  rawId: base64url,
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
  }),
});
/** What `navigator.credentials.create` gives, as JSON. */
export const newPasskeyAnswer = passkeyAnswer.extend({
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(20)).max(10).default([]),
  }),
});

/** The counter after a valid signature; null for anything else, which the library says by throwing. */
export async function verifyPasskey(
  { origin, rpId }: Authority,
  response: z.output<typeof passkeyAnswer>,
  expectedChallenge: string,
  passkey: { id: string; publicKey: Uint8Array; counter: number },
): Promise<number | null> {
  const { verifyAuthenticationResponse } = await import("@simplewebauthn/server");
  try {
    const { verified: isGood, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...response, clientExtensionResults: {} },
      expectedChallenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      credential: { id: passkey.id, publicKey: new Uint8Array(passkey.publicKey), counter: passkey.counter },
      ...verified,
    });
    return isGood ? authenticationInfo.newCounter : null;
  } catch {
    return null;
  }
}

/** The key of a valid new passkey; null for anything else. */
export async function verifyNewPasskey(
  { origin, rpId }: Authority,
  response: z.output<typeof newPasskeyAnswer>,
  expectedChallenge: string,
): Promise<{ id: string; publicKey: Uint8Array<ArrayBuffer>; counter: number } | null> {
  const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response: { ...response, clientExtensionResults: {} },
      expectedChallenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      ...verified,
      supportedAlgorithmIDs: passkeyAlgorithms,
    });
    if (registrationInfo === undefined) return null;
    const { id, publicKey, counter } = registrationInfo.credential;
    return { id, publicKey, counter };
  } catch {
    return null;
  }
}
