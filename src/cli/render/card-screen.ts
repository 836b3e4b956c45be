import type { BundleView, CardView } from "../../../approvals/door.ts";
import type { RecipientFact } from "../../../approvals/gate/facts.ts";
import type { PreviewRecipient } from "../../core/action.ts";
import type { Friction, Warning } from "../../core/card.ts";
import { diffLines, withContext } from "../../core/line-diff.ts";
import { bytes, plural } from "../../core/plural.ts";
import { moment } from "../../core/times.ts";
import { forDecision, forScreen } from "../../core/untrusted.ts";
import type { Paint } from "./paint.ts";
import { wrap } from "./width.ts";

export interface CardScreenOptions {
  paint: Paint;
  width: number;
  zone: string;
  nowMs: number;
  /** How the owner calls steward, for the commands at the end. */
  self: string;
}

const gutter = 9;

/** A whole request as the owner decides it: every card with everything that would leave, and one line of what can be done. */
export function bundleLines(bundle: BundleView, options: CardScreenOptions): string[] {
  const { paint, width } = options;
  const [first] = bundle.cards;
  const open = bundle.cards.filter(({ card }) => card.state === "proposed");
  const many = bundle.cards.length > 1 ? `${bundle.cards.length} steps, one yes` : "";
  const head = [many, frictionWords(bundle.friction)].filter((part) => part !== "" && open.length > 0).join(" · ");
  const lines = head === "" ? [] : [paint.dim(head)];
  for (const [index, view] of bundle.cards.entries()) {
    if (index > 0) lines.push("", paint.dim("─".repeat(width)));
    lines.push(...cardLines(view, options));
  }
  if (first !== undefined && open.length > 0) lines.push("", ...whatNow(first, options));
  return lines;
}

/** One card: who, what, why, what is odd, and every character that would leave. Nothing is cut. */
export function cardLines(view: CardView, options: CardScreenOptions): string[] {
  const { paint, width } = options;
  const { card, preview } = view;
  const title = `Card ${card.number}  ${forScreen(preview.title)}`;
  const state = card.state === "proposed" ? "" : ` · ${stateWords(view, options)}`;
  const account = card.account === "" ? card.action : `${card.action} as ${card.account}`;
  return [
    ...wrap(title, width).map(paint.bold),
    ...wrap(`${account} · ${view.words}${state}`, width).map(paint.dim),
    ...preview.recipients.flatMap((one) => recipientLine(one, view, options)),
    ...preview.fields.flatMap(({ label, value }) => labelled(label, forDecision(value), options)),
    ...textLines(view, options),
    ...view.preview.diffs.flatMap((diff) => diffScreen(diff, options)),
    ...groupLines(view, options),
    ...view.preview.files.flatMap((file) =>
      labelled("File", `${forDecision(file.name)} (${file.mediaType}, ${bytes(file.sizeBytes)})`, options),
    ),
    ...handOffLines(view, options),
    ...preview.consequences.flatMap((text) => labelled("Then", forScreen(text), options)),
    ...view.verdict.warnings.flatMap((warning) => warningLines(warning, options)),
    ...whyLines(view, options),
  ];
}

function labelled(label: string, value: string, { paint, width }: CardScreenOptions): string[] {
  const lines = value.split("\n").flatMap((line) => wrap(line, width - gutter));
  return lines.map(
    (line, at) => `${at === 0 ? paint.dim(label.slice(0, gutter - 1).padEnd(gutter)) : " ".repeat(gutter)}${line}`,
  );
}

const roleNames: Record<PreviewRecipient["role"], string> = {
  to: "To",
  cc: "Cc",
  bcc: "Bcc",
  guest: "Guest",
  chat: "Chat",
  shared: "Shared",
};

function recipientLine(recipient: PreviewRecipient, view: CardView, options: CardScreenOptions): string[] {
  const fact = view.facts.recipients.find(({ address }) => address === recipient.address);
  const name = forDecision(recipient.name);
  const who = name === "" ? forDecision(recipient.address) : `${name} <${forDecision(recipient.address)}>`;
  const standing = fact === undefined ? "" : `  ${standingWords(fact, options)}`;
  return labelled(roleNames[recipient.role], `${who}${standing}`, options);
}

/** How well somebody is known, in words. */
export function standingWords(fact: RecipientFact, { paint }: Pick<CardScreenOptions, "paint">): string {
  switch (fact.standing) {
    case "own":
      return paint.dim("you");
    case "known":
      return paint.dim(fact.writtenTo > 0 ? `known: you wrote ${plural(fact.writtenTo, "time")}` : "in your contacts");
    case "first_time":
      return paint.yellow(`FIRST TIME · ${sourceWords(fact.via)}`);
    case "unknown":
      return paint.red(`UNKNOWN · ${sourceWords(fact.via)}`);
    case "lookalike":
      return paint.red(`LOOKALIKE of ${forDecision(fact.resembles ?? "somebody you know")}`);
    case "invalid":
      return paint.red("NO ADDRESS");
  }
}

function sourceWords(via: RecipientFact["via"]): string {
  switch (via) {
    case "contacts":
      return "from your contacts";
    case "written_to":
      return "you wrote there long ago";
    case "owner_words":
      return "from your own words";
    case "authenticated_thread":
      return "from this conversation";
    case "unauthenticated_thread":
      return "from this conversation, sender not proven";
    case "stranger_text":
      return "only from a stranger's text";
    case null:
      return "from nowhere that was read";
  }
}

function textLines({ preview }: CardView, { paint, width }: CardScreenOptions): string[] {
  if (preview.text === null) return [];
  const shown = forDecision(preview.text).split("\n");
  const folded: string[] = [];
  let blank = 0;
  for (const line of shown) {
    blank = line.trim() === "" ? blank + 1 : 0;
    if (blank > 2) continue;
    folded.push(...wrap(line, width - 4));
  }
  const hidden = longestBlank(shown);
  const note =
    hidden > 2
      ? [paint.yellow(`  │ [up to ${hidden} blank lines in a row are folded; more text may follow them]`)]
      : [];
  return ["", ...folded.map((line) => `${paint.dim("  │")} ${line}`.trimEnd()), ...note, ""];
}

function longestBlank(lines: readonly string[]): number {
  let longest = 0;
  let run = 0;
  for (const line of lines) {
    run = line.trim() === "" ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

function diffScreen(diff: CardView["preview"]["diffs"][number], { paint, width }: CardScreenOptions): string[] {
  const rows = withContext(diffLines(diff.before.split("\n"), diff.after.split("\n")), 3);
  const lines = rows.flatMap((row) => {
    if (row === null) return [paint.dim("    …")];
    const mark = row.kind === "both" ? " " : row.kind === "first" ? "-" : "+";
    const colour = row.kind === "both" ? paint.dim : row.kind === "first" ? paint.red : paint.green;
    return wrap(forDecision(row.text), width - 6).map((text) => colour(`  ${mark} ${text}`));
  });
  return ["", paint.bold(forDecision(diff.name)), ...lines, ""];
}

/** Many things of one kind: by group, every one of them. */
function groupLines({ preview, excludable }: CardView, { paint, width }: CardScreenOptions): string[] {
  if (preview.lines.length === 0) return [];
  const groups = Map.groupBy(preview.lines, ({ group }) => group);
  const lines = [...groups].flatMap(([group, members]) => [
    ...wrap(`${forDecision(group)} (${members.length})`, width - 2).map((text) => `  ${text}`),
    ...members.flatMap(({ id, label }) =>
      wrap(`${forDecision(label)}${excludable ? paint.dim(`  ${id}`) : ""}`, width - 6).map((text) => `    ${text}`),
    ),
  ]);
  return ["", ...lines];
}

function handOffLines({ preview }: CardView, options: CardScreenOptions): string[] {
  const { handOff } = preview;
  if (handOff === null) return [];
  const open = handOff.url === null ? [] : labelled("Open", forDecision(handOff.url), options);
  const steps = handOff.steps.flatMap((step, at) => [
    ...labelled(`Step ${at + 1}`, forDecision(step.title), options),
    ...(step.url === null ? [] : labelled("", forDecision(step.url), options)),
    ...step.values.flatMap(({ label, value }) => labelled("", `${forDecision(label)}: ${forDecision(value)}`, options)),
  ]);
  return [...open, ...steps];
}

function warningLines({ level, text }: Warning, options: CardScreenOptions): string[] {
  const { paint } = options;
  const mark = { note: "Note", amber: "Mind", red: "STOP" }[level];
  const colour = { note: paint.dim, amber: paint.yellow, red: paint.red }[level];
  return labelled(mark, forScreen(text), options).map(colour);
}

function whyLines(
  { card, rejectedBefore, missingAccess, preview, facts }: CardView,
  options: CardScreenOptions,
): string[] {
  const { by, rule, utterance, itemsRead } = card.origin;
  const asked =
    by === "owner" ? "You asked" : by === "rule" ? `Your rule “${forScreen(rule ?? "")}”` : "Steward suggests it";
  const said = utterance === null ? "" : `: “${forDecision(utterance)}”`;
  const read = itemsRead.length === 0 ? "" : ` · read ${plural(itemsRead.length, "item")}`;
  const about = preview.about.threadId === null ? "" : ` · about t${preview.about.threadId}`;
  const invented = facts.values.filter(({ from }) => from === "none").map(({ value }) => forDecision(value));
  return [
    ...labelled("Why", `${asked}${said}${read}${about}`, options),
    ...(invented.length === 0 ? [] : labelled("Source", `none for ${invented.join(", ")}`, options)),
    ...(rejectedBefore === null
      ? []
      : labelled(
          "Before",
          `You rejected this ${moment(rejectedBefore.at, options.zone, options.nowMs)}${rejectedBefore.reason === "" ? "" : `: ${forScreen(rejectedBefore.reason)}`}`,
          options,
        )),
    ...(missingAccess === null
      ? []
      : labelled("First", `${missingAccess.why} ${missingAccess.cure}`, options).map(options.paint.yellow)),
  ];
}

/** What has become of a card, in words. */
export function stateWords(
  { card, receipt, undoUntil, attempts }: CardView,
  { zone, nowMs }: Pick<CardScreenOptions, "zone" | "nowMs">,
): string {
  const why = card.reason === "" ? "" : `: ${forScreen(card.reason)}`;
  switch (card.state) {
    case "proposed":
      return card.laterUntil !== null && Date.parse(card.laterUntil) > nowMs
        ? `put off until ${moment(card.laterUntil, zone, nowMs)}`
        : "waits for you";
    case "approved":
      return undoUntil === null
        ? `approved${why}`
        : `approved, goes out in ${Math.max(0, Math.ceil((Date.parse(undoUntil) - nowMs) / 1000))} s`;
    case "prepared":
      return `about to go${why}`;
    case "committing":
      return (attempts.at(-1)?.checks ?? 0) > 0 ? "not known yet; asking the service" : "going out";
    case "done":
      return card.undoneAt === null ? forScreen(receipt ?? "done") : `undone ${moment(card.undoneAt, zone, nowMs)}`;
    case "failed":
      return `failed${why}`;
    case "unknown":
      return `not known whether it happened${why}`;
    case "rejected":
      return `rejected${why}`;
    case "expired":
      return `expired${why}`;
    case "superseded":
      return `void${why}`;
    case "stopped":
      return `stopped${why}`;
  }
}

/** What a yes costs, in words. */
export function frictionWords(friction: Friction): string {
  switch (friction) {
    case "nothing":
      return "allowed by your policy";
    case "green":
      return "one yes";
    case "amber":
      return "look twice";
    case "red":
      return "STOP AND READ";
    case "never":
      return "never";
  }
}

function whatNow({ card, editable, excludable }: CardView, { paint, width, self }: CardScreenOptions): string[] {
  const verbs = [
    `approve ${card.number}`,
    ...(editable === null ? [] : [`edit ${card.number}`]),
    ...(excludable ? [`exclude ${card.number} LINE...`] : []),
    `reject ${card.number} why`,
    `later ${card.number}`,
  ];
  return wrap(`${self} ${verbs.join(" · ")}`, width).map(paint.dim);
}
