import { toInstant } from "../../core/clock.ts";
import { fenceable } from "../../core/fence.ts";
import { readAuthentication } from "../../core/mail-authentication.ts";
import type { ItemView, Owner, ThreadView } from "../../core/thread.ts";
import { rawText } from "../../core/untrusted.ts";
import { createZoneClock, type ZoneClock } from "../../triage/zone-clock.ts";
import type { DraftFrame } from "./check-draft.ts";
import { detectLanguage } from "./detect-language.ts";
import type { ForbiddenPhrase } from "./forbidden-phrases.ts";
import type { DatedText } from "./invented-values.ts";

/** Characters: what one call shows of one message, and of all of them. */
const mostOfItem = 4000;
const mostOfThread = 12_000;
const mostItems = 12;
const longestMail = 1500;
const longestChat = 500;

/** One thread as the model sees it, and what its answer is held against. */
export interface ShownThread {
  /** As `docs/agent.md` says of `draft`, without the owner and their style. */
  thread: { channel: string; title: string; items: ShownItem[] };
  language: string;
  /** Those whose text is shown, oldest first. */
  itemIds: number[];
  frame: DraftFrame;
}

export interface ShownItem {
  from: string;
  fromOwner: boolean;
  at: string;
  text: string;
}

/**
 * The newest messages of a thread within the budget of one call, the newest whole before older ones. Contract: pure; hidden text and
 * quoted history are not shown.
 */
export function showThread(
  view: ThreadView,
  given: { owner: Owner; nowMs: number; forbidden: readonly ForbiddenPhrase[] },
): ShownThread {
  const clock = createZoneClock(given.owner.zone);
  const shown = withinBudget(view.items.filter(({ kind }) => kind === "message"));
  const theirs = shown.filter(({ item }) => !isOwn(item));
  const told = theirs.at(-1)?.text ?? "";
  const language =
    detectLanguage(told) ??
    detectLanguage(theirs.map(({ text }) => text).join("\n")) ??
    detectLanguage(shown.map(({ text }) => text).join("\n"));
  return {
    thread: {
      channel: view.channel,
      title: fenceable(view.title, 300),
      items: shown.map(({ item, text }) => ({
        from: fromOf(item),
        fromOwner: isOwn(item),
        at: localInstant(item.sentAt, given.owner.zone),
        text,
      })),
    },
    language: language ?? given.owner.languages[0] ?? "en",
    itemIds: shown.map(({ item }) => item.id),
    frame: {
      language,
      sources: [
        ...shown.flatMap((one) => sourcesOf(one, clock)),
        titleSource(view, shown, clock),
        ownSource(given, clock),
      ],
      hidden: view.items.map(({ hiddenText }) => rawText(hiddenText)).filter((text) => text.trim() !== ""),
      names: theirs.flatMap(namesOf),
      forbidden: given.forbidden,
      longest: view.channel === "mail" ? longestMail : longestChat,
      today: clock.local(given.nowMs),
    },
  };
}

interface Shown {
  item: ItemView;
  text: string;
}

function withinBudget(items: readonly ItemView[]): Shown[] {
  const shown: Shown[] = [];
  let left = mostOfThread;
  for (const item of items.slice(-mostItems).toReversed()) {
    if (left <= 0) break;
    const text = fenceable(item.text, Math.min(mostOfItem, left));
    left -= text.length;
    shown.unshift({ item, text });
  }
  return shown;
}

/** A mail that carries the owner's address and fails its check is not theirs. */
export function isOwn({ fromOwner, mail }: ItemView): boolean {
  return fromOwner && readAuthentication(mail?.authentication ?? null) !== "failed";
}

function fromOf(item: ItemView): string {
  const from = item.parties.find(({ role }) => role === "from");
  if (from === undefined) return "";
  const name = fenceable(from.name, 80).trim();
  return name === "" || name === from.address ? from.address : `${name} <${from.address}>`;
}

/** The names a greeting may use: the sender's, and the last lines, where people sign. */
function namesOf({ item, text }: Shown): string[] {
  const people = item.parties
    .filter(({ isOwner }) => !isOwner)
    .flatMap(({ name, address }) => [rawText(name), address.split("@")[0] ?? "", address]);
  const signed = text
    .trim()
    .split("\n")
    .slice(-4)
    .filter((line) => line.trim().length <= 60);
  return [...people, ...signed];
}

/** A message, the day it was written, and who else stands in it, whom an answer may name. */
function sourcesOf({ item, text }: Shown, clock: ZoneClock): DatedText[] {
  const at = clock.local(Date.parse(item.sentAt));
  const day = `${at.year}-${String(at.month + 1).padStart(2, "0")}-${String(at.day).padStart(2, "0")}`;
  const people = item.parties.map(({ name, address }) => `${rawText(name)} ; ${address}`).join("\n");
  return [{ text: `${text}\n${day}\n${people}`, at }];
}

function titleSource(view: ThreadView, shown: readonly Shown[], clock: ZoneClock): DatedText {
  return { text: rawText(view.title), at: clock.local(Date.parse(shown[0]?.item.sentAt ?? toInstant(0))) };
}

/** How the owner signs, and where they are reached: theirs to give. */
function ownSource({ owner, nowMs }: { owner: Owner; nowMs: number }, clock: ZoneClock): DatedText {
  return { text: [...owner.names, ...owner.identities].join("\n"), at: clock.local(nowMs) };
}

/** `2026-11-24T10:00+01:00`: with the owner's offset, so that "tomorrow" can be understood. */
export function localInstant(instant: string, zone: string): string {
  const at = Temporal.Instant.from(instant).toZonedDateTimeISO(zone);
  return at.toString({ timeZoneName: "never", smallestUnit: "minute" });
}
