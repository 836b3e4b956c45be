import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** What a device's passkey may be made to do wrong. */
export interface Misdeeds {
  origin?: string;
  rpId?: string;
  challenge?: string;
  verified?: boolean;
  counter?: number;
}

export interface SoftPasskey {
  id: string;
  create(options: { challenge: string }, bad?: Misdeeds): unknown;
  get(options: { challenge: string }, bad?: Misdeeds): unknown;
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
const sha256 = (bytes: Uint8Array | string): Buffer => createHash("sha256").update(bytes).digest();

/** An authenticator in memory (ES256, no attestation), that signs whatever it is told to. */
export function makeSoftPasskey(page: { origin: string; rpId: string }): SoftPasskey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const id = randomBytes(32);
  let counter = 0;
  const clientData = (type: string, challenge: string, bad: Misdeeds): Buffer =>
    Buffer.from(
      JSON.stringify({
        type,
        challenge: bad.challenge ?? challenge,
        origin: bad.origin ?? page.origin,
        crossOrigin: false,
      }),
    );
  const authenticatorData = (bad: Misdeeds, attested: Uint8Array | null): Buffer => {
    counter = bad.counter ?? counter + 1;
    const flags = 0x01 | (bad.verified === false ? 0 : 0x04) | (attested === null ? 0 : 0x40);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(bad.rpId ?? page.rpId), Buffer.from([flags]), count, attested ?? Buffer.alloc(0)]);
  };
  return {
    id: base64url(id),
    create: ({ challenge }, bad = {}) => {
      // COSE_Key: kty EC2, alg ES256, crv P-256, x, y.
      const key = Buffer.concat([
        Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
        Buffer.from(x, "base64url"),
        Buffer.from([0x22, 0x58, 0x20]),
        Buffer.from(y, "base64url"),
      ]);
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key]);
      const data = authenticatorData(bad, attested);
      const attestationObject = Buffer.concat([
        Buffer.from([0xa3]),
        cborText("fmt"),
        cborText("none"),
        cborText("attStmt"),
        Buffer.from([0xa0]),
        cborText("authData"),
        Buffer.from([0x58, data.length]),
        data,
      ]);
      return {
        id: base64url(id),
        rawId: base64url(id),
        type: "public-key",
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(clientData("webauthn.create", challenge, bad)),
          attestationObject: base64url(attestationObject),
          transports: ["internal"],
        },
      };
    },
    get: ({ challenge }, bad = {}) => {
      const data = authenticatorData(bad, null);
      const client = clientData("webauthn.get", challenge, bad);
      const signature = sign("sha256", Buffer.concat([data, sha256(client)]), privateKey);
      return {
        id: base64url(id),
        rawId: base64url(id),
        type: "public-key",
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(signature),
          userHandle: base64url(Buffer.from("steward owner")),
        },
      };
    },
  };
}

function cborText(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 | text.length]), Buffer.from(text)]);
}
