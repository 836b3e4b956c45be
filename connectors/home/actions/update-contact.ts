import { z } from "zod";
import type { Action, Call, Look, Outcome, Preview } from "../../../src/core/action.ts";
import { blankPreview } from "../../../src/core/action.ts";
import { readContactTable } from "../../../src/formats/contacts/contact-table.ts";
import type { HomeFolder } from "../../home-folder/home-folder.ts";
import { neverSends } from "../../home-folder/never-sends.ts";
import { lookAtText, toHomeText } from "../../home-folder/read-text.ts";
import { type ContactAsk, type ContactInput, contactAskSchema, contactInputSchema } from "../contact-ask.ts";
import { planContactEdit, writeContactEdit } from "../edit-contact-row.ts";
import { planReplacement, putBack, type Replaced, replacedSchema, replaceKept } from "../replace-kept.ts";

const path = "contacts.csv";

/** One row of the owner's contacts.csv: who is in it counts as known. */
export const updateContact: Action<ContactAsk, ContactInput, null, Replaced, HomeFolder> = {
  name: "home.update_contact",
  tier: "change",
  description: "Add somebody to contacts.csv, or change what it says of them: person names who, null adds.",
  ask: contactAskSchema,
  input: contactInputSchema,
  handle: z.null(),
  result: replacedSchema,
  resolve: async (ask, look) => planContactEdit(await lookAtText(look, path), ask, look.owner.region),
  raise: () => "change",
  preview: previewEdit,
  execute: async (input, _handle, call) => {
    const plan = planReplacement(call, path, input.base, input.after);
    const { text } = toHomeText(await call.client.read(path), path);
    await replaceKept(call, plan, new TextEncoder().encode(writeContactEdit(text, input)));
    return plan;
  },
  readBack: neverSends,
  reconcile: settle,
  undo: async (result, call) => putBack(call, result),
  receipt: (input) => `${input.row === null ? "Added" : "Changed"} ${input.name} in ${path}.`,
};

async function previewEdit(input: ContactInput, look: Look<HomeFolder>): Promise<Preview> {
  const now = await lookAtText(look, path);
  const rowText = (side: "from" | "to"): string =>
    input.cells.map((cell) => `${cell.column}: ${cell[side]}\n`).join("");
  const row = input.row === null ? "new row" : `row ${input.row}`;
  const whole =
    now.sha256 === input.base ? [{ name: path, before: now.text, after: writeContactEdit(now.text, input) }] : [];
  return {
    ...blankPreview,
    title: `${input.row === null ? "Add" : "Change"} ${input.name} in ${path}`,
    fields: [
      ...input.cells.map(({ column, to }) => ({ label: column, value: to === "" ? "(empty)" : to })),
      ...input.makesKnown.map(({ value }) => ({ label: "Makes known", value })),
    ],
    diffs: [
      { name: `${path}, ${row}`, before: input.row === null ? "" : rowText("from"), after: rowText("to") },
      ...whole,
    ],
    consequences: input.makesKnown.map(
      ({ value }) => `From then on ${value} counts as known: writing there takes one tap, and no warning.`,
    ),
    basis: [{ what: path, version: now.sha256 ?? "none" }],
  };
}

/** What the file says now: the version that was approved, the one before, or another one that has these cells or not. */
async function settle(input: ContactInput, _handle: null, call: Call<HomeFolder>): Promise<Outcome<Replaced>> {
  const plan = planReplacement(call, path, input.base, input.after);
  const now = await call.client.read(path);
  const version = now?.sha256 ?? null;
  if (version === input.after) return { kind: "done", result: plan };
  if (version === input.base) return { kind: "not_done" };
  const { rows } = readContactTable(toHomeText(now, path).text);
  const isThere = rows.some((row) => input.cells.every(({ column, to }) => (row.cells.get(column) ?? "") === to));
  if (isThere) return { kind: "done", result: plan };
  return {
    kind: "unknown",
    reason: `${path} was changed by somebody else since; look whether ${input.name} is right.`,
  };
}
