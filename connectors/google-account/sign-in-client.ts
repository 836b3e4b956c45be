import { z } from "zod";
import { StewardError } from "../../src/core/errors.ts";

/** The owner's own OAuth client. Google itself says that the secret of a Desktop client is none; it is kept as one. */
export interface GoogleClient {
  clientId: string;
  clientSecret: string;
}

const oneClient = z.object({ client_id: z.string().min(1), client_secret: z.string().min(1) });
const clientFile = z.object({
  installed: oneClient.optional(),
  web: oneClient.optional(),
  type: z.string().optional(),
});

const howTo = "docs/connect-google.md has the clicks: Google Auth Platform > Clients > Create client > Desktop app.";

/**
 * Reads the text of a downloaded `client_secret_….json`. Where to sign in is not taken from it: those addresses are Google's
 * own, and a file must not move them. Contract: pure. Errors: `wrong_kind` with what it is instead.
 */
export function readClientFile(text: string, path: string): GoogleClient {
  const parsed = clientFile.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new StewardError("wrong_kind", `${path} is not the client file that Google lets you download.`, {
      cure: howTo,
    });
  }
  const { installed, web, type } = parsed.data;
  if (installed !== undefined) return makeClient(installed.client_id, installed.client_secret);
  if (web !== undefined) {
    throw new StewardError(
      "wrong_kind",
      `${path} is a client of the type Web application; steward needs Desktop app.`,
      {
        cure: howTo,
      },
    );
  }
  const what = type === "service_account" ? "the key of a service account, which has no mailbox" : "not a client file";
  throw new StewardError("wrong_kind", `${path} is ${what}.`, { cure: howTo });
}

/** A client from its two parts as the Cloud console shows them. Errors: `usage`. */
export function makeClient(clientId: string, clientSecret: string): GoogleClient {
  const client = { clientId: clientId.trim(), clientSecret: clientSecret.trim() };
  if (!/^[\w.-]+$/.test(client.clientId) || !/^[\x21-\x7e]+$/.test(client.clientSecret)) {
    throw new StewardError("usage", "This is not a client ID and its secret.", {
      cure: `A client ID ends in .apps.googleusercontent.com, a secret begins with GOCSPX-. ${howTo}`,
    });
  }
  return client;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
