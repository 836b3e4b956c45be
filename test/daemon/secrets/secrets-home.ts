import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StewardError } from "../../../src/core/errors.ts";
import { openSecrets, type Secrets, type SecretsOptions } from "../../../src/daemon/secrets/open-secrets.ts";

/** A temporary steward home for one test; `open` is what another process would do. */
export interface SecretsHome {
  path: string;
  open(options?: Partial<SecretsOptions>): Secrets;
  remove(): void;
}

export function makeSecretsHome(): SecretsHome {
  const folder = mkdtempSync(join(tmpdir(), "steward-secrets-"));
  const path = join(folder, "home");
  return {
    path,
    open: (options = {}) =>
      openSecrets(path, {
        loadKeychain: null,
        passphrase: null,
        credentialsDirectory: null,
        askPassphrase: null,
        ...options,
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The code of the StewardError that work ends with; `none` when it ends well, so that a test can say what it got. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "none";
  } catch (error) {
    return error instanceof StewardError ? error.code : `not a StewardError: ${String(error)}`;
  }
}
