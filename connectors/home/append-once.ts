import { z } from "zod";
import type { Call, Outcome } from "../../src/core/action.ts";
import { StewardError } from "../../src/core/errors.ts";
import type { HomeFolder } from "../home-folder/home-folder.ts";
import { toHomeText } from "../home-folder/read-text.ts";

/** What was added to a file, word for word, so that it can be found and taken away again. */
export const appendedSchema = z.strictObject({ path: z.string(), block: z.string() });
export type Appended = z.output<typeof appendedSchema>;

/**
 * Adds lines at the end of a file, once: `block` holds the attempt's key, and one that stands there already is not added
 * again. Errors: `locked` when somebody saves the file at the same moment; nothing was written then.
 */
export async function appendOnce(
  { client, idempotencyKey }: Call<HomeFolder>,
  { path, header, block }: Appended & { header: string },
): Promise<Appended> {
  const before = toHomeText(await client.read(path), path);
  if (before.text.includes(idempotencyKey)) return { path, block };
  const start = before.text === "" ? header : before.text;
  const gap = start.endsWith("\n") ? "" : "\n";
  await change(client, path, `${start}${gap}${block}\n`, { base: before.sha256, key: idempotencyKey });
  return { path, block };
}

/** Whether the attempt's key stands in the file. */
export async function findAppended(call: Call<HomeFolder>, appended: Appended): Promise<Outcome<Appended>> {
  const { text } = toHomeText(await call.client.read(appended.path), appended.path);
  return text.includes(call.idempotencyKey) ? { kind: "done", result: appended } : { kind: "not_done" };
}

/** Takes the lines away; others stay. Errors: `moved` when the owner changed them since, `locked` as above. */
export async function takeBack(call: Call<HomeFolder>, { path, block }: Appended): Promise<void> {
  const before = toHomeText(await call.client.read(path), path);
  if (!before.text.includes(call.idempotencyKey)) return;
  const at = `\n${before.text}`.indexOf(`\n${block}\n`);
  if (at < 0) {
    throw new StewardError("moved", `What was added to ${path} was changed since.`, {
      cure: `Open ${path} and take it out there.`,
    });
  }
  const after = before.text.slice(0, at) + before.text.slice(at + block.length + 1);
  await change(call.client, path, after, { base: before.sha256, key: call.idempotencyKey });
}

async function change(
  client: HomeFolder,
  path: string,
  text: string,
  options: { base: string | null; key: string },
): Promise<void> {
  try {
    await client.write(path, new TextEncoder().encode(text), options);
  } catch (error) {
    if (!(error instanceof StewardError) || error.code !== "moved") throw error;
    throw new StewardError("locked", `${path} was being saved at that moment.`, { cause: error });
  }
}
