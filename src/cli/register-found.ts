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
    for (const { kind, path, label } of found) {
      const config = { kind, path, keep: options.keep };
      sources.push(
        await registerSource(tx, { id: context.newId(), connector: "files", kind, location: path, label, config }),
      );
    }
    return sources;
  });
}
