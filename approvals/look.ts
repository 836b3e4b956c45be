import { readFile, realpath } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import type { DoorConnector, Look } from "../src/core/action.ts";
import { StewardError, toStewardError } from "../src/core/errors.ts";
import { getKeptFile } from "../src/store/kept-files.ts";
import { lookAtItem, lookAtThread, lookByExternalId, nameOfIdentity } from "../src/store/look-items.ts";
import type { ActingAccount } from "./accounts.ts";
import type { DoorSetup } from "./door-setup.ts";
import { lookingFetch } from "./executor/boundary.ts";

/**
 * What an action may look at: the store, kept files, and its service by requests that only read. `online` false leaves the
 * service out. Contract: an account that cannot be opened now (no consent yet, secrets locked) gives no client, and no error.
 */
export async function makeLook(
  setup: DoorSetup,
  connector: DoorConnector,
  acting: ActingAccount,
  options: { signal: AbortSignal; online: boolean },
): Promise<Look> {
  const { store, clock } = setup;
  const owner = setup.owner();
  const own = owner.identities.filter((value) => value.includes("@"));
  return {
    client: options.online ? await openClient(setup, connector, acting) : null,
    account: acting.account,
    owner,
    ownAddresses: [...new Set([...(acting.account === "" ? [] : [acting.account]), ...own])],
    clock,
    signal: options.signal,
    thread: (threadId) => lookAtThread(store, threadId),
    item: (itemId) => lookAtItem(store, itemId),
    itemByExternalId: (name, externalId) => lookByExternalId(store, name, externalId),
    nameOf: (address) => nameOfIdentity(store, address),
    file: (sha256) => getKeptFile(store, sha256),
    homeFile: (path) => readHomeFile(setup.deps.homePath, path),
    newId: setup.newId,
  };
}

const absent = new Set(["needs_reauth", "locked", "no_permission", "not_found"]);

async function openClient(setup: DoorSetup, connector: DoorConnector, acting: ActingAccount): Promise<unknown> {
  try {
    const fetch = lookingFetch(setup.deps.fetch, connector);
    return await connector.connect(acting.config, { ...setup.deps, fetch });
  } catch (error) {
    if (error instanceof StewardError && absent.has(error.code)) return null;
    throw error;
  }
}

async function readHomeFile(home: string, path: string): Promise<string | null> {
  const whole = resolve(home, path);
  const inside = relative(home, whole);
  if (inside === "" || inside.startsWith("..") || isAbsolute(inside)) return null;
  try {
    // Links may lead out of the home.
    if ((await realpath(whole)) !== join(await realpath(home), inside)) return null;
    return await readFile(whole, "utf8");
  } catch (error) {
    const named = toStewardError(error, `reading ${inside}`);
    if (named.code === "not_found" || named.code === "wrong_kind") return null;
    throw named;
  }
}
