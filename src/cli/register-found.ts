import type { FoundSource } from "../../connectors/files/recognise.ts";
import { registerSource, type Source } from "../store/sources.ts";
import type { CommandContext } from "./command-context.ts";
import type { OpenHome } from "./open-home.ts";

/** Registers what was found on the disk, so that `sync` reads it again later. Contract: a path is registered once. */
export async function registerFound(
  context: CommandContext,
  home: OpenHome,
  found: readonly FoundSource[],
  options: { keep: boolean },
): Promise<Source[]> {
  return await home.store.write(async (tx) => {
    const sources: Source[] = [];
    // Ids made within one millisecond sort by chance; sources are listed by them.
    const ids = found.map(() => context.newId()).sort();
    for (const [index, { kind, path, label }] of found.entries()) {
      const config = { kind, path, keep: options.keep };
      const id = ids[index] ?? context.newId();
      sources.push(await registerSource(tx, { id, connector: "files", kind, location: path, label, config }));
    }
    return sources;
  });
}
