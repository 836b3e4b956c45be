import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Call, KeptFile, Look, LookItem, LookThread } from "../../src/core/action.ts";
import { sha256Hex } from "../../src/core/canonical.ts";
import type { Clock } from "../../src/core/clock.ts";
import { untrusted } from "../../src/core/untrusted.ts";

/** A Saturday morning, for everything that looks at a clock. */
export const plainNow = Date.parse("2026-11-21T09:07:00.000Z");
export const plainClock: Clock = { now: () => plainNow, sleep: async () => undefined };

/** A look at a home folder and at what a test says, without a store. Ids count up. */
export function plainLook<Client>(
  homePath: string,
  client: Client | null,
  more: { threads?: LookThread[]; files?: KeptFile[]; names?: Record<string, string> } = {},
): Look<Client> {
  let ids = 0;
  return {
    client,
    account: "",
    owner: {
      names: ["Clara Weiss"],
      identities: ["clara@weiss.example"],
      zone: "Europe/Berlin",
      region: "DE",
      languages: ["en"],
    },
    ownAddresses: ["clara@weiss.example"],
    clock: plainClock,
    signal: new AbortController().signal,
    thread: async (id) => more.threads?.find((thread) => thread.id === id) ?? null,
    item: async () => null,
    itemByExternalId: async () => null,
    nameOf: async (address) => more.names?.[address] ?? "",
    file: async (sha256) => more.files?.find((file) => file.sha256 === sha256) ?? null,
    homeFile: async (path) => readFile(join(homePath, path), "utf8").catch(() => null),
    newId: () => `01980000-0000-7000-8000-${String(++ids).padStart(12, "0")}`,
  };
}

/** One attempt of one approved revision. */
export function plainCall<Client>(
  client: Client,
  more: { key?: string; attempt?: number; files?: KeptFile[] } = {},
): Call<Client> {
  return {
    client,
    signal: new AbortController().signal,
    clock: plainClock,
    idempotencyKey: more.key ?? "k".repeat(31).concat("1"),
    attempt: more.attempt ?? 1,
    file: async (sha256) => more.files?.find((file) => file.sha256 === sha256) ?? null,
  };
}

export function plainThread(id: number, title: string, items: LookItem[] = []): LookThread {
  return { id, channel: "mail", title: untrusted(title), group: false, items };
}

export function plainFile(name: string, mediaType: string, text: string): KeptFile {
  const bytes = new TextEncoder().encode(text);
  return { sha256: sha256Hex(bytes), name, mediaType, bytes };
}
