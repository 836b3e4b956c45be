import { z } from "zod";
import { type Action, blankPreview, type Call, type Outcome } from "../../../src/core/action.ts";
import { sha256Hex } from "../../../src/core/canonical.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { forScreen } from "../../../src/core/untrusted.ts";
import type { HomeFolder } from "../../home-folder/home-folder.ts";
import { refuseHomePath } from "../../home-folder/home-path.ts";
import { neverSends } from "../../home-folder/never-sends.ts";
import { lookAtText } from "../../home-folder/read-text.ts";
import { planReplacement, putBack, type Replaced, replacedSchema, replaceKept } from "../replace-kept.ts";

const longest = 200_000;

const pathSchema = z
  .string()
  .max(500)
  .refine((path) => refusePath(path) === null, "This is no text file below drive/.");
const textSchema = z
  .string()
  .max(longest)
  .refine((text) => text.isWellFormed() && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text), "This is no text.");

const askSchema = z.strictObject({
  /** Below drive/, such as `drive/Car/car.md`. */
  path: z.string().min(1).max(500),
  /** The whole new text; or replacements, each of a passage that stands there once. */
  text: z.string().max(longest).optional(),
  replace: z
    .array(z.strictObject({ find: z.string().min(1).max(20_000), with: z.string().max(20_000) }))
    .min(1)
    .max(50)
    .optional(),
});
const inputSchema = z.strictObject({
  path: pathSchema,
  /** SHA-256 of the file as it was looked at; null when there was none. */
  base: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  text: textSchema,
});
type Input = z.output<typeof inputSchema>;

/** A text of the owner's own in drive/, on this computer. The one before is kept. */
export const updateDocument: Action<z.output<typeof askSchema>, Input, null, Replaced, HomeFolder> = {
  name: "home.update_document",
  tier: "change",
  description:
    "Change or add a Markdown or text file below drive/ on this computer: whole text, or passages to replace.",
  ask: askSchema,
  input: inputSchema,
  handle: z.null(),
  result: replacedSchema,
  resolve: async (ask, look) => {
    const refused = refusePath(ask.path);
    if (refused !== null) throw new StewardError("usage", `${forScreen(ask.path)} cannot be written: ${refused}.`);
    const { text: before, sha256: base } = await lookAtText(look, ask.path);
    const text = newText(ask, base === null ? null : before);
    if (base !== null && text === before) throw new StewardError("usage", `${ask.path} says that already.`);
    return { path: ask.path, base, text };
  },
  raise: () => "change",
  preview: async (input, look) => {
    const now = await lookAtText(look, input.path);
    const kept = input.base === null ? [] : ["The text before is kept in drive/.kept/."];
    return {
      ...blankPreview,
      title: `${input.base === null ? "Add" : "Change"} ${input.path}`,
      diffs: [{ name: input.path, before: now.text, after: input.text }],
      consequences: ["Changes the file on this computer; Google Drive is not written.", ...kept],
      basis: [{ what: input.path, version: now.sha256 ?? "none" }],
    };
  },
  execute: async (input, _handle, call) => {
    const plan = planOf(input, call);
    await replaceKept(call, plan, new TextEncoder().encode(input.text));
    return plan;
  },
  readBack: neverSends,
  reconcile: settle,
  undo: async (result, call) => putBack(call, result),
  edit: {
    read: ({ text }) => ({ text }),
    apply: (input, { text }) => ({ ...input, text: text === undefined ? input.text : withLineEnds(text, input.text) }),
  },
  receipt: (input) => `${input.base === null ? "Added" : "Changed"} ${input.path}.`,
};

function refusePath(path: string): string | null {
  if (!path.startsWith("drive/")) return "it is not below drive/";
  if (path.split("/").some((segment) => segment.startsWith("."))) return "it is hidden";
  if (!/\.(?:md|markdown|txt)$/i.test(path)) return "only .md and .txt files are";
  return refuseHomePath(path);
}

/** Errors: `usage` when neither or both ways are asked for, or a passage does not stand there exactly once. */
function newText({ text, replace, path }: z.output<typeof askSchema>, before: string | null): string {
  if ((text === undefined) === (replace === undefined)) {
    throw new StewardError("usage", "Give either the whole text or the passages to replace.");
  }
  if (text !== undefined) return before === null ? text : withLineEnds(text, before);
  if (before === null) throw new StewardError("usage", `There is no ${path} to replace anything in.`);
  return (replace ?? []).reduce((now, one) => {
    const at = now.indexOf(one.find);
    const isOnce = at >= 0 && now.indexOf(one.find, at + 1) < 0;
    if (!isOnce) {
      const shown = forScreen(one.find).slice(0, 60);
      throw new StewardError("usage", `“${shown}” stands ${at < 0 ? "nowhere" : "more than once"} in ${path}.`, {
        cure: "Give the passage with enough around it, exactly as it stands there.",
      });
    }
    return now.slice(0, at) + one.with + now.slice(at + one.find.length);
  }, before);
}

/** A form in a browser makes every line end CRLF; a text keeps the line ends it had. */
function withLineEnds(text: string, like: string): string {
  const plain = text.replaceAll("\r\n", "\n");
  return like.includes("\r\n") ? plain.replaceAll("\n", "\r\n") : plain;
}

function planOf(input: Input, call: Call<HomeFolder>): Replaced {
  return planReplacement(call, input.path, input.base, sha256Hex(input.text));
}

async function settle(input: Input, _handle: null, call: Call<HomeFolder>): Promise<Outcome<Replaced>> {
  const plan = planOf(input, call);
  const version = (await call.client.read(input.path))?.sha256 ?? null;
  if (version === plan.after) return { kind: "done", result: plan };
  if (version === input.base) return { kind: "not_done" };
  return { kind: "unknown", reason: `${input.path} was changed by somebody else since; look whether it is right.` };
}
