import { domainToASCII } from "node:url";
import { z } from "zod";
import { tiers } from "./action.ts";
import { emailIdentity } from "./identity.ts";

const hour = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: "is not a time, such as 22:00" });

const count = (least: number, most: number) =>
  z
    .int({ error: "is not a whole number" })
    .min(least, { error: `is less than ${least}` })
    .max(most, { error: `is more than ${most}, the most steward takes` });

const text = z.string().min(1, { error: "is empty" }).max(200, { error: "is longer than 200 characters" });

const conditions = z.strictObject({
  action: z
    .string()
    .regex(/^(?:\*|[a-z][a-z0-9-]*\.(?:\*|[a-z][a-z0-9_]*))$/, {
      error: "is no action, such as gmail.archive or gmail.*",
    })
    .optional()
    .describe("An action, or all of a service: gmail.archive, gmail.*"),
  account: text.optional().describe("The account that acts: clara@weiss.example"),
  to: text
    .refine((value) => readReach(value) !== null, { error: "is no address, number, handle or domain" })
    .optional()
    .describe("Who is reached: an address, or a domain. deny and ask: any of them. allow: all of them."),
  tier: z
    .enum(tiers)
    .optional()
    .describe("What kind of effect: change is your own and reversible, send reaches others."),
  by: z.enum(["owner", "rule", "model"]).optional().describe("Who asked for the card."),
  from_rule: text.optional().describe("The rule or skill that asked."),
});
export type PolicyConditions = z.output<typeof conditions>;

const why = text.describe("Shown on the card and kept with the decision.");

export const policyRuleSchema = z.discriminatedUnion(
  "do",
  [
    z.strictObject({ when: conditions, do: z.literal("deny"), why }),
    z.strictObject({
      when: conditions,
      do: z.literal("ask"),
      needs: z.enum(["green", "amber", "red"]).default("green").describe("What the yes costs at least."),
      why,
    }),
    z.strictObject({
      when: conditions.refine((when) => Object.keys(when).length > 0, {
        error: "is empty: say what may happen without asking",
      }),
      do: z.literal("allow"),
      why,
    }),
  ],
  { error: "is not deny, ask or allow" },
);
export type PolicyRule = z.output<typeof policyRuleSchema>;

/**
 * The owner's `policy.yaml`: what may happen without asking, what asks for more, what never happens. Defaults, floors and
 * ceilings are here and nowhere else; a key that is not listed is refused, because a misspelt prohibition that is silently
 * ignored looks like one that holds.
 */
export const policySchema = z.strictObject({
  undo_seconds: count(5, 600).default(20).describe("How long a yes to a message can be taken back."),
  quiet_hours: z
    .strictObject({ from: hour, to: hour })
    .refine(({ from, to }) => from !== to, { error: "begin and end at the same time" })
    .nullable()
    .default(null)
    .describe("Nothing is sent to others in these hours, in your time zone; it waits for their end. null: none."),
  caps: z
    .strictObject({
      send: count(0, 200).default(20).describe("Messages, invitations and answers a day."),
      change: count(0, 2_000).default(200).describe("Changes in your own accounts a day; a bulk card counts as one."),
      critical: count(0, 20).default(5).describe("Deletions and other critical effects a day."),
      per_person_an_hour: count(1, 30).default(3).describe("Effects that reach the same address, an hour."),
    })
    .prefault({})
    .describe("What is reached asks: 20 sent today, allow 10 more?"),
  expiry_hours: z
    .strictObject({
      send: count(1, 14 * 24)
        .default(7 * 24)
        .describe("How long a card waits for you."),
      critical: count(1, 24).default(1).describe("How long a critical one does."),
    })
    .prefault({}),
  attention: z
    .strictObject({
      cards_a_day: count(0, 100)
        .default(10)
        .describe("Cards you are told of at once, a day; the rest is in the digest."),
    })
    .prefault({}),
  dictated: z
    .enum(["ask", "send"], { error: "is not ask or send" })
    .default("ask")
    .describe(
      "send: a short message in your own words to somebody you know goes out without a card, after undo_seconds.",
    ),
  rules: z
    .array(policyRuleSchema)
    .max(500, { error: "are more than 500" })
    .default([])
    .describe("deny beats ask beats allow, whatever the order. allow never lowers what is red or critical."),
});
export type Policy = z.output<typeof policySchema>;

/** The policy of somebody who said nothing. */
export const defaultPolicy = (): Policy => policySchema.parse({});

/** Whom a rule's `to` means: an exact identity, or everybody at a domain. Null when it is neither. Contract: pure. */
export function readReach(value: string): { kind: "address" | "domain"; value: string } | null {
  const plain = value.trim().toLowerCase();
  if (/^[a-z]+:\S/.test(plain)) return { kind: "address", value: plain };
  const address = /^@/.test(plain) ? null : plain.includes("@") ? emailIdentity(plain) : null;
  if (address !== null) return { kind: "address", value: address.value };
  if (/^\+\d{6,15}$/.test(plain)) return { kind: "address", value: plain };
  const domain = domainToASCII(plain.replace(/^@/, ""));
  return /^(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]+$/.test(domain) ? { kind: "domain", value: domain } : null;
}
