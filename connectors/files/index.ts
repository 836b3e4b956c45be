import { stat } from "node:fs/promises";
import { z } from "zod";
import type { Connector, Health } from "../../src/core/connector.ts";
import { toStewardError } from "../../src/core/errors.ts";
import { type FileReader, fileKinds, type ReadOptions } from "./reader.ts";
import { readerOf } from "./readers.ts";

/** What is stored of a registered path, with the window and the owner's zone and region of one pass. */
const filesConfig = z.strictObject({
  kind: z.enum(fileKinds),
  /** Absolute path of the file or folder, read in place. */
  path: z.string(),
  /** False stores a pointer instead of the raw mail. */
  keep: z.boolean().default(true),
  recentSince: z.string().nullable().default(null),
  olderThan: z.string().nullable().default(null),
  zone: z.string().default("UTC"),
  region: z.string().default("US"),
});
export type FilesConfig = z.output<typeof filesConfig>;

/** A reader bound to its path and the options of one pass; holds nothing open. */
export interface FilesClient {
  reader: FileReader;
  path: string;
  options: ReadOptions;
}

/**
 * Files that people can export themselves, and mail stores that lie on the same disk: one registered path is one source.
 *
 * Contract: reads only; nothing is ever written beside the files. `check` is `degraded` when the path is gone or locked.
 */
export const filesConnector: Connector<FilesConfig, FilesClient> = {
  name: "files",
  local: true,
  config: filesConfig,
  connect: async ({ kind, path, recentSince, olderThan, zone, region }) => ({
    reader: await readerOf(kind),
    path,
    options: { recentSince, olderThan, zone, region },
  }),
  check: async (client): Promise<Health> => {
    try {
      await stat(client.path);
      return { state: "ok" };
    } catch (error) {
      return { state: "degraded", reason: toStewardError(error, `looking at ${client.path}`).message };
    }
  },
  pull: (client, cursor, signal) => client.reader.pull(client.path, cursor, client.options, signal),
};
