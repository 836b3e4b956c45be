import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recognisePath } from "../../../connectors/files/recognise.ts";
import { type Config, configSchema } from "../../core/config.ts";
import type { VerdictClass } from "../../core/verdict.ts";
import { renderContacts } from "../../emulators/world/contacts.ts";
import { loadWorld } from "../../emulators/world/load.ts";
import { writeWorld } from "../../emulators/world/render.ts";
import type { World } from "../../emulators/world/schema.ts";
import { loadTruth } from "../../emulators/world/truth.ts";
import { listSources } from "../../store/sources.ts";
import { findThreadByKey, findThreadByTitle } from "../../store/thread-views.ts";
import { afterReading } from "../after-reading.ts";
import type { CommandContext } from "../command-context.ts";
import { createHome, type OpenHome, withHome } from "../open-home.ts";
import { readSources } from "../read-sources.ts";
import { registerFound } from "../register-found.ts";

/** The demo life in a home of its own, read whole. */
export interface EvalLife {
  context: CommandContext;
  home: OpenHome;
  /** Where the exports lie: documents are known by it. */
  exports: string;
}

/** What a careful person says of a thread of the demo. */
export interface MeantThread {
  class: VerdictClass;
  alsoRight: VerdictClass[];
}

/**
 * Reads the demo life into a temporary home, does the work and removes it, whatever happens. Contract: touches nothing else, reaches
 * no network; the home has no model of its own.
 */
export async function withEvalLife<T>(outer: CommandContext, work: (life: EvalLife) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "steward-eval-"));
  const quiet = { ...outer.terminal, interactive: false, out: () => undefined, err: () => undefined };
  const context: CommandContext = { ...outer, home: join(folder, "home"), terminal: quiet };
  try {
    const world = loadWorld(join(outer.checkout, "data", "demo"));
    const exports = join(folder, "exports");
    writeWorld(world, exports, { nowMs: context.clock.now() });
    await createHome(context, configOf(world));
    await writeFile(join(context.home, "contacts.csv"), renderContacts(world));
    return await withHome(context, { create: false }, async (home) => {
      await readLife(context, home, exports);
      return await work({ context, home, exports });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readLife(context: CommandContext, home: OpenHome, exports: string): Promise<void> {
  const { found } = await recognisePath(exports);
  await registerFound(context, home, found, { keep: false });
  const signal = new AbortController().signal;
  const outcomes = await readSources(context, home, await listSources(home.store), {
    signal,
    recentDays: null,
    quiet: true,
  });
  await afterReading(context, home, outcomes, { quiet: true });
}

/** What a home of hers is configured with. */
export function configOf(world: World): Config {
  const owner = world.people[world.persona.owner];
  const { zone, region, languages } = world.persona;
  const addresses = owner?.email === undefined ? [] : [owner.email];
  return configSchema.parse({ owner: { names: [owner?.name ?? "Clara Weiss"], addresses }, zone, region, languages });
}

/** What a careful person says, by thread; a thread of several statements is taken as its first. */
export async function readTruth({ context, home, exports }: EvalLife): Promise<Map<number, MeantThread>> {
  const truth = loadTruth(join(context.checkout, "data", "demo"));
  const meant = new Map<number, MeantThread>();
  for (const { ref, class: name, alsoRight } of truth.threads) {
    const threadId =
      "chat" in ref
        ? await findThreadByTitle(home.store, ref.chat.slice(ref.chat.indexOf(":") + 1))
        : await findThreadByKey(home.store, keyOf(ref, exports));
    if (threadId !== null && !meant.has(threadId)) meant.set(threadId, { class: name, alsoRight });
  }
  return meant;
}

function keyOf(ref: { mail: string } | { event: string } | { document: string }, exports: string): string {
  if ("mail" in ref) return `mid:${ref.mail.replace(/^<|>$/g, "")}`;
  return "event" in ref ? `uid:${ref.event}` : `file:${exports}/${ref.document}`;
}
