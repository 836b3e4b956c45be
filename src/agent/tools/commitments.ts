import { z } from "zod";
import { listCommitments, type StoredCommitment } from "../../store/commitments.ts";
import { listNameItems } from "../../store/name-items.ts";
import type { Tool } from "../tool.ts";
import { endOfDay, ownerDay, ownerTime, startOfDay } from "./owner-time.ts";
import { found } from "./tool-result.ts";

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const input = z.strictObject({
  by: z.enum(["owner", "them", "both"]),
  state: z.enum(["open", "all"]),
  since: day.optional(),
  until: day.optional(),
});
const mostShown = 60;

/** Promises: the owner's, and others' to them. */
export const commitmentsTool: Tool<typeof input> = {
  name: "commitments",
  description: "Who promised what; since and until are the days it was promised.",
  input,
  effect: "read",
  run: async ({ by, state, since, until }, { store, owner }) => {
    const fromMs = since === undefined ? Number.NEGATIVE_INFINITY : startOfDay(since, owner.zone);
    const toMs = until === undefined ? Number.POSITIVE_INFINITY : endOfDay(until, owner.zone);
    const isAsked = (one: StoredCommitment): boolean => {
      const saidMs = one.promisedAt === null ? Number.NaN : Date.parse(one.promisedAt);
      const isInTime = Number.isNaN(saidMs) ? since === undefined : saidMs >= fromMs && saidMs < toMs;
      return one.state !== "void" && isInTime && (by === "both" || (by === "owner") === (one.by === "me"));
    };
    const all = (await listCommitments(store, { all: state === "all" })).filter(isAsked);
    const shown = all.slice(0, mostShown);
    const names = await listNameItems(store, [...new Set(shown.map(({ address }) => address))]);
    const data = {
      commitments: shown.map((one) => ({
        by: one.by === "me" ? "owner" : "them",
        who: one.person,
        address: one.address,
        what: one.what,
        due: one.dueAt === null ? null : ownerDay(Date.parse(one.dueAt), owner.zone),
        promisedAt: ownerTime(one.promisedAt, owner.zone),
        state: one.state,
        thread: one.threadId,
        item: one.itemId,
      })),
    };
    const note = all.length > shown.length ? `${all.length - shown.length} more are not shown: narrow the days.` : "";
    const itemIds = shown.flatMap(({ itemId, address }) => [itemId, ...(names.get(address) ?? [])]);
    return found(data, { itemIds, note });
  },
};
