import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeGmailConnector } from "../../../connectors/gmail/index.ts";
import { openGoogleAccounts } from "../../../connectors/google-account/open-accounts.ts";
import type { ConnectorDeps } from "../../../src/core/connector.ts";
import { uuidv7 } from "../../../src/core/ids.ts";
import { createIntake, type ImportReport } from "../../../src/intake/intake.ts";
import { openStore, type Store } from "../../../src/store/open-store.ts";
import { registerSource, type Source } from "../../../src/store/sources.ts";

/** A home whose Gmail sources are read by the real intake into the real store. */
export interface StoredMailbox {
  path: string;
  store: Store;
  read(account: string, onPage?: () => void): Promise<ImportReport>;
  close(): Promise<void>;
}

export interface StoredMailboxOptions {
  deps: ConnectorDeps;
  clientId: string;
  scopes: string[];
  baseUrl: string;
  /** Of a home that is there already; kept when closed. */
  folder?: string;
}

export async function openStoredMailbox(options: StoredMailboxOptions): Promise<StoredMailbox> {
  const { deps, clientId, scopes, baseUrl } = options;
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "steward-gmail-"));
  const path = join(folder, "steward.db");
  const { clock } = deps;
  const newId = (): string => uuidv7(clock.now());
  const store = await openStore(path, { clock });
  const accounts = openGoogleAccounts({ random: () => 0.5, unitsPerMinute: { gmail: null } });
  const intake = createIntake({
    store,
    connectors: [makeGmailConnector(accounts)],
    connectorDeps: deps,
    clock,
    newId,
    originalsDirectory: join(folder, "originals"),
  });
  const register = (account: string): Promise<Source> => {
    const config = { account, clientId, scopes, baseUrl };
    const place = { connector: "gmail", kind: "gmail", location: account, label: `Gmail ${account}` };
    return store.write((tx) => registerSource(tx, { id: newId(), ...place, config }));
  };
  return {
    path,
    store,
    read: async (account, onPage = () => undefined) =>
      intake.importSource(await register(account), {
        signal: new AbortController().signal,
        onProgress: onPage,
        read: { zone: "UTC", region: "DE", recentDays: null },
      }),
    close: async () => {
      await intake.close();
      await store.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
