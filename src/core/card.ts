import { z } from "zod";
import { tiers } from "./action.ts";

/** Where a card is on its way. `stopped` was approved when everything was stopped: it needs a new yes. */
export const cardStates = [
  "proposed",
  "approved",
  "prepared",
  "committing",
  "done",
  "failed",
  "unknown",
  "rejected",
  "expired",
  "superseded",
  "stopped",
] as const;
export type CardState = (typeof cardStates)[number];

/** States a card can still be decided in. */
export const openStates: readonly CardState[] = ["proposed"];
/** States in which an effect is under way or about to be. */
export const movingStates: readonly CardState[] = ["approved", "prepared", "committing"];
/** States nothing leads out of, but for an undo, a redraft, or the owner saying what became of it. */
export const endStates: readonly CardState[] = [
  "done",
  "failed",
  "unknown",
  "rejected",
  "expired",
  "superseded",
  "stopped",
];

/** What a yes costs. `nothing` only where the owner's policy says so; `never` is refused. */
export const frictions = ["nothing", "green", "amber", "red", "never"] as const;
export type Friction = (typeof frictions)[number];

/** The one with more friction. */
export function moreFriction(a: Friction, b: Friction): Friction {
  return frictions.indexOf(a) >= frictions.indexOf(b) ? a : b;
}

/** What the gate may say about a card, each computed by code. */
export const warningCodes = [
  "unknown_recipient",
  "lookalike_recipient",
  "homograph",
  "first_time",
  "address_from_stranger",
  "address_from_contacts",
  "reply_all_wide",
  "reply_to_mismatch",
  "display_name_is_address",
  "sender_not_authenticated",
  "lookalike_sender",
  "bcc",
  "group",
  "new_link",
  "link_with_data",
  "private_link",
  "new_attachment",
  "attachment_of_owner",
  "unreadable_attachment",
  "disguised_attachment",
  "secret",
  "bank_details",
  "bank_details_changed",
  "money",
  "private_data",
  "other_threads",
  "repeats_untrusted",
  "other_items_read",
  "invented_value",
  "phone_from_content",
  "hidden_text",
  "invisible_characters",
  "long_blank",
  "remote_content",
  "destructive",
  "bulk",
  "permission",
  "settings",
  "pay",
  "sign",
  "tainted",
  "spoofed_owner_quote",
  "stranger_invitation",
  "automatic_sender",
  "own_check",
  "rejected_before",
  "burst",
  "unknown_fact",
  "policy",
] as const;
export type WarningCode = (typeof warningCodes)[number];

export const warningSchema = z.strictObject({
  code: z.enum(warningCodes),
  /** `note` informs; `amber` and `red` raise the friction. */
  level: z.enum(["note", "amber", "red"]),
  /** One sentence by code, with no text of others but addresses, names and hosts. */
  text: z.string(),
  /** The address, host or value it is about; empty when the whole card. */
  about: z.string(),
  /** Items it comes from. */
  itemIds: z.array(z.number()),
});
export type Warning = z.output<typeof warningSchema>;

/** What the gate says of one revision of a card. */
export const gateVerdictSchema = z.strictObject({
  tier: z.enum(tiers),
  friction: z.enum(frictions),
  warnings: z.array(warningSchema),
  /** The line of policy.yaml that lowered, raised or refused it; null when none did. */
  rule: z.string().nullable(),
  /** The whole reason of a `never`. */
  refusal: z.string().nullable(),
  /** What the owner types before a red card where no passkey is enrolled: a recipient's domain; null where nothing fits. */
  typeToApprove: z.string().nullable(),
});
export type GateVerdict = z.output<typeof gateVerdictSchema>;

/** Who asked for a card, and what they had read. Computed by the side that proposes; never by a model. */
export const originSchema = z.strictObject({
  by: z.enum(["owner", "rule", "model"]),
  /** One request of the owner is one origin: its cards are one bundle. */
  requestId: z.string(),
  surface: z.enum(["terminal", "page", "telegram", "schedule"]),
  /** The owner's own words, typed and not forwarded; null when there were none. */
  utterance: z.string().nullable(),
  /** The rule or skill that asked; null when none did. */
  rule: z.string().nullable(),
  /** Every item the drafting call had seen. */
  itemsRead: z.array(z.number()),
  /** The threads the request opened: their text may be answered with. */
  openedThreads: z.array(z.number()),
  /** The model call that drafted it; null without a model. */
  callId: z.string().nullable(),
  /** The run it came of; null or absent when none did. */
  runId: z.string().nullable().optional(),
  /** What checks of the inside said of the draft. They can only warn; the door says whose words they are. */
  notes: z.array(z.string().max(400)).max(10).optional(),
  /** What the owner typed, as the door's own surface kept it (`owner_words`): the only words that count as theirs. */
  wordsId: z.string().nullable().optional(),
});
export type Origin = z.output<typeof originSchema>;

/** What is hashed, shown, approved and carried out: all of it, and nothing else. */
export const cardContentSchema = z.strictObject({
  action: z.string(),
  /** The account that acts; empty where the action needs none. */
  account: z.string(),
  tier: z.enum(tiers),
  input: z.unknown(),
  expiresAt: z.string(),
});
export type CardContent = z.output<typeof cardContentSchema>;

export const decisionKinds = ["approve", "edit", "reject", "later", "dictated", "policy"] as const;
export type DecisionKind = (typeof decisionKinds)[number];

/** Where and by whom it was decided. */
export const decidedBySchema = z.strictObject({
  surface: z.enum(["terminal", "page", "telegram", "policy"]),
  /** The device's session on the page, the process of the terminal, the chat; never a secret. */
  session: z.string(),
  /** How sure it is that the owner sat there. */
  proof: z.enum(["tap", "hold", "typed", "passkey", "terminal", "dictated", "policy"]),
});
export type DecidedBy = z.output<typeof decidedBySchema>;

/** What can be done to a card and is not: an answer instead of an error, so that no button is retried for ever. */
export const refusals = [
  "not_there",
  "changed",
  "already_decided",
  "expired",
  "needs_page",
  "needs_passkey",
  "needs_typing",
  "needs_consent",
  "never",
  "stopped",
] as const;
export type Refusal = (typeof refusals)[number];
