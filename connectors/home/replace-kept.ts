import { posix } from "node:path";
import { z } from "zod";
import type { Call } from "../../src/core/action.ts";
import { sha256Hex } from "../../src/core/canonical.ts";
import { StewardError } from "../../src/core/errors.ts";
import type { HomeFolder } from "../home-folder/home-folder.ts";
import { keptFolder } from "../home-folder/home-path.ts";

/** A file that was replaced, and where the copy of the one before is. `before` and `kept` are null where there was none. */
export const replacedSchema = z.strictObject({
  path: z.string(),
  before: z.string().nullable(),
  after: z.string(),
  kept: z.string().nullable(),
});
export type Replaced = z.output<typeof replacedSchema>;

/** What is known of a replacement before it is made. */
export function planReplacement(call: Call<HomeFolder>, path: string, before: string | null, after: string): Replaced {
  return { path, before, after, kept: before === null ? null : keptPath(path, call.idempotencyKey) };
}

/**
 * Keeps a copy of the file as it is, then replaces it. Errors: `moved` when it is not the version that was approved; nothing was
 * replaced then.
 */
export async function replaceKept(
  { client, idempotencyKey: key }: Call<HomeFolder>,
  plan: Replaced,
  bytes: Uint8Array,
) {
  if (sha256Hex(bytes) !== plan.after)
    throw new StewardError("moved", `${plan.path} would not become what was approved.`);
  const now = await client.read(plan.path);
  if ((now?.sha256 ?? null) !== plan.before) throw new StewardError("moved", `${plan.path} was changed since.`);
  if (plan.kept !== null && now !== null && (await client.read(plan.kept))?.sha256 !== now.sha256) {
    await client.write(plan.kept, now.bytes, { base: (await client.read(plan.kept))?.sha256 ?? null, key });
  }
  await client.write(plan.path, bytes, { base: plan.before, key });
}

/** Puts back what was there before; twice is once. Errors: `moved` when the file was changed since. */
export async function putBack({ client, idempotencyKey: key }: Call<HomeFolder>, done: Replaced): Promise<void> {
  const now = (await client.read(done.path))?.sha256 ?? null;
  if (now === done.before) return;
  if (now !== done.after) {
    throw new StewardError("moved", `${done.path} was changed since, and is left as it is.`, {
      cure: done.kept === null ? `Change ${done.path} in an editor.` : `What it was before is in ${done.kept}.`,
    });
  }
  if (done.kept === null) return await client.remove(done.path, { base: done.after });
  const kept = await client.read(done.kept);
  if (kept === null || kept.sha256 !== done.before) {
    throw new StewardError("gone", `The copy of ${done.path} as it was before is gone.`, {
      cure: `Change ${done.path} in an editor.`,
    });
  }
  await client.write(done.path, kept.bytes, { base: done.after, key });
}

/** `drive/Car/car.md` is kept as `drive/.kept/Car/car.<key>.md`: beside what it was taken from, and out of every listing. */
function keptPath(path: string, key: string): string {
  const [top = "", ...rest] = path.split("/");
  const [folder, below] = rest.length === 0 ? ["", top] : [top, rest.join("/")];
  const { dir, name, ext } = posix.parse(below);
  return posix.join(folder, keptFolder, dir, `${name}.${key.slice(0, 12)}${ext}`);
}
