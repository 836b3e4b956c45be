import type { DriveClient } from "../../../connectors/drive/drive-client.ts";
import { makeDriveConnector } from "../../../connectors/drive/index.ts";
import { openGoogleAccounts } from "../../../connectors/google-account/open-accounts.ts";
import { readScopes } from "../../../connectors/google-account/scopes.ts";
import type { ConnectorDeps, Page } from "../../../src/core/connector.ts";
import {
  addFile,
  blankFile,
  type DriveState,
  documentType,
  folderType,
  newFileId,
  noteChange,
  type SheetTab,
  type StoredFile,
  setContent,
  shortcutType,
  spreadsheetType,
} from "../../../src/emulators/google/drive/drive-state.ts";
import type { GoogleWorld } from "../../../src/emulators/google/google-world.ts";
import { grantDirectly } from "../../../src/emulators/google/oauth/mount-oauth.ts";
import { base, clara, makeWorld } from "../../emulators/google/google-fixture.ts";

export const never = new AbortController().signal;
const scopes = readScopes.map(({ scope }) => scope);

/** What connects to an emulated world: an account's config, and deps whose waits cost the world's time, not ours. */
export function signIn(world: GoogleWorld, granted: string[] = scopes) {
  const grant = grantDirectly(world.oauth(), { account: clara, scopes: granted }, world.clock.now());
  const deps: ConnectorDeps = {
    fetch: world.fetch,
    clock: {
      now: () => world.clock.now(),
      sleep: async (ms) => {
        world.clock.advance(ms);
      },
    },
    newId: () => "id",
    secret: async (name) =>
      name.endsWith("refresh_token") ? grant.refreshToken : name.endsWith("client_secret") ? grant.clientSecret : null,
    log: () => undefined,
  };
  const config = { account: clara, clientId: grant.clientId, scopes: granted, baseUrl: base };
  const accounts = openGoogleAccounts({
    unitsPerMinute: { gmail: null, drive: null, calendar: null, sheets: null },
    random: () => 0.5,
    mostTries: 12,
  });
  return { deps, config, accounts, connector: makeDriveConnector(accounts) };
}

/** A Drive that a test can move about in. */
export class Drive {
  readonly world: GoogleWorld;
  readonly life: string;

  constructor() {
    this.world = makeWorld();
    this.life = this.folder("Life", this.state.rootId);
  }

  get state(): DriveState {
    return this.world.state("drive", clara);
  }

  folder(name: string, parent: string = this.life): string {
    return this.#add(name, folderType, parent).id;
  }

  file(name: string, text: string, parent: string = this.life, mimeType = "text/markdown"): string {
    return this.#add(name, mimeType, parent, { content: new TextEncoder().encode(text) }).id;
  }

  doc(name: string, markdown: string, parent: string = this.life): string {
    return this.file(name, markdown, parent, documentType);
  }

  sheet(name: string, tabs: SheetTab[], parent: string = this.life): string {
    return this.#add(name, spreadsheetType, parent, { tabs }).id;
  }

  shortcut(name: string, target: string, parent: string = this.life): string {
    return this.#add(name, shortcutType, parent, { shortcutTargetId: target }).id;
  }

  edit(id: string, text: string): void {
    setContent(this.state, this.get(id), new TextEncoder().encode(text), this.world.clock.now());
  }

  rename(id: string, name: string): void {
    this.get(id).name = name;
    noteChange(this.state, id);
  }

  move(id: string, parent: string): void {
    this.get(id).parents = [parent];
    noteChange(this.state, id);
  }

  trash(id: string, trashed = true): void {
    this.get(id).trashed = trashed;
    noteChange(this.state, id);
  }

  get(id: string): StoredFile {
    const file = this.state.files.get(id);
    if (file === undefined) throw new Error(`There is no file ${id}.`);
    return file;
  }

  /** What a faithful mirror of the folder holds: text by path; native and plain documents, no shortcuts. */
  truth(folder: string = this.life, path = ""): Record<string, string> {
    const found: Record<string, string> = {};
    for (const file of this.state.files.values()) {
      if (file.parents[0] !== folder || file.trashed || file.lost) continue;
      if (file.mimeType === folderType) Object.assign(found, this.truth(file.id, `${path}${file.name}/`));
      else if (file.content !== null) {
        const name = file.mimeType === documentType ? `${file.name}.md` : file.name;
        found[`${path}${name}`] = new TextDecoder().decode(file.content);
      }
    }
    return found;
  }

  #add(name: string, mimeType: string, parent: string, more: Partial<StoredFile> = {}): StoredFile {
    const file = blankFile({ id: newFileId(this.state), name, mimeType }, this.world.clock.now());
    return addFile(this.state, { ...file, parents: [parent], ...more });
  }
}

/** Reads pages as intake does, keeping what they say; `cursor` is JSON in between. */
export class Reader {
  readonly records = new Map<string, { path: string | null; text: string; title: string; problems: string[] }>();
  readonly gone: string[] = [];
  readonly failed: string[] = [];
  cursor: unknown = null;
  pages = 0;
  readonly #client: DriveClient;
  readonly #connector;

  constructor(connector: ReturnType<typeof signIn>["connector"], client: DriveClient, cursor: unknown = null) {
    this.#connector = connector;
    this.#client = client;
    this.cursor = cursor;
  }

  /** One page; `store: false` is a kill before it was stored. */
  async page(store = true): Promise<Page> {
    const page = await this.#connector.pull(this.#client, this.cursor, never);
    if (store) this.take(page);
    return page;
  }

  /** Until the source has nothing more to say. */
  async all(): Promise<this> {
    for (let count = 0; count < 10_000; count += 1) if ((await this.page()).done) return this;
    throw new Error("The reading does not end.");
  }

  take(page: Page): void {
    this.pages += 1;
    for (const id of page.gone) {
      this.gone.push(id);
      this.records.delete(id);
    }
    for (const { externalId, bytes, hints } of page.records) {
      const { problems } =
        typeof hints.format === "object" && hints.format !== null ? readProblems(hints.format) : { problems: [] };
      const path = hints.mirror?.path ?? null;
      this.records.set(externalId, { path, text: new TextDecoder().decode(bytes), title: hints.title ?? "", problems });
    }
    if (page.whole !== undefined) {
      for (const id of this.records.keys()) if (!page.whole.externalIds.includes(id)) this.records.delete(id);
    }
    this.failed.push(...page.failed.map(({ reason }) => reason));
    this.cursor = JSON.parse(JSON.stringify(page.cursor));
  }

  /** Text by path of what is mirrored. */
  files(): Record<string, string> {
    return Object.fromEntries(
      [...this.records.values()].flatMap(({ path, text }) => (path === null ? [] : [[path, text]])),
    );
  }
}

function readProblems(format: object): { problems: string[] } {
  const problems: unknown = Reflect.get(format, "problems");
  return { problems: Array.isArray(problems) ? problems.map(String) : [] };
}

/** A reader of the folder "Life", signed in anew as after a start. */
export async function readerOf(drive: Drive, cursor: unknown = null): Promise<Reader> {
  const { connector, config, deps } = signIn(drive.world);
  const parsed = connector.config.parse({ ...config, folderId: drive.life });
  return new Reader(connector, await connector.connect(parsed, deps), cursor);
}
