import type { CardView } from "../../../approvals/door.ts";
import type { Warning } from "../../core/card.ts";
import { channelName } from "../../core/channel-name.ts";
import { listWords, plural } from "../../core/plural.ts";
import { moment } from "../../core/times.ts";
import type { CardScreenOptions } from "./card-screen.ts";
import { briefWords, labelled } from "./card-words.ts";
import { showLine } from "./visible-text.ts";

const levels: readonly Warning["level"][] = ["red", "amber", "note"];
const marks: Record<Warning["level"], string> = { red: "STOP", amber: "Look", note: "Note" };

/** What code found odd, the gravest first, each with the items it comes from. */
export function warningLines({ verdict }: CardView, options: CardScreenOptions): string[] {
  const { paint } = options;
  const rule = verdict.rule === null ? [] : labelled("Policy", showLine(verdict.rule), options);
  const lines = levels.flatMap((level) =>
    verdict.warnings
      .filter((warning) => warning.level === level)
      .flatMap(({ text, itemIds }) => {
        const colour = { note: paint.dim, amber: paint.yellow, red: paint.red }[level];
        const from = itemIds.flatMap((id) => options.briefs.get(id) ?? []).slice(0, 3);
        const words = from.map((brief) => briefWords(brief, options)).join("; ");
        return labelled(marks[level], `${showLine(text)}${words === "" ? "" : ` (${words})`}`, options).map(colour);
      }),
  );
  return [...lines, ...rule];
}

/** Where the names, dates, amounts and links of a text stand already; what stands nowhere comes last. */
export function sourceLines({ facts }: CardView, options: CardScreenOptions): string[] {
  const { paint, briefs } = options;
  const places = Map.groupBy(facts.values, ({ from, itemIds }) => {
    if (from === "owner") return "your own words";
    if (from === "contacts") return "contacts.csv";
    if (from === "none") return "";
    const brief = briefs.get(itemIds[0] ?? -1);
    return brief === undefined ? "an item that is gone" : briefWords(brief, options);
  });
  const listed = [...places].map(([place, values]) => ({
    place,
    values: [...new Set(values.map(({ value }) => `“${showLine(value)}”`))].join(", "),
  }));
  const known = listed.filter(({ place }) => place !== "");
  const bare = listed.find(({ place }) => place === "");
  return [
    ...known.flatMap(({ place, values }, at) => labelled(at === 0 ? "Sources" : "", `${values}: ${place}`, options)),
    ...(bare === undefined ? [] : labelled("NoSource", bare.values, options).map(paint.yellow)),
  ];
}

/** Who asked, when, and what the one who drafted it had read; what was said of the same before; what is missing first. */
export function whyLines(view: CardView, options: CardScreenOptions): string[] {
  const { card, rejectedBefore, missingAccess, preview } = view;
  const { paint, zone, nowMs } = options;
  const { by, rule, utterance } = card.origin;
  const when = moment(card.createdAt, zone, nowMs, { weekday: true });
  const asked =
    by === "owner"
      ? `You asked, ${when}`
      : by === "rule"
        ? `A rule asked, ${when}: ${showLine(rule ?? "")}`
        : `Steward suggests it, ${when}`;
  const isSaid = by === "owner" && utterance !== null && !(preview.text !== null && utterance.includes(preview.text));
  const said = isSaid ? sayWords(utterance) : "";
  const about = preview.about.threadId === null ? "" : ` · about t${preview.about.threadId}`;
  const before =
    rejectedBefore === null ? "" : rejectedBefore.reason === "" ? "." : `: ${showLine(rejectedBefore.reason)}`;
  return [
    ...labelled("Why", `${asked}${said}${readWords(view, options)}${about}`, options),
    ...(rejectedBefore === null
      ? []
      : labelled("Before", `You rejected this ${moment(rejectedBefore.at, zone, nowMs)}${before}`, options).map(
          paint.yellow,
        )),
    ...(missingAccess === null
      ? []
      : labelled("First", showLine(`${missingAccess.why} ${missingAccess.cure}`), options).map(paint.yellow)),
  ];
}

const longestSaid = 160;

function sayWords(utterance: string): string {
  const said = utterance.replace(/\s+/g, " ");
  const characters = [...said];
  if (characters.length <= longestSaid) return `: “${showLine(said)}”`;
  return `: “${showLine(characters.slice(0, longestSaid).join(""))}…” (${plural(characters.length, "character")})`;
}

/** `read: 1 chat, 2 mails`. Nothing need be said of what the owner wrote without reading anything for it. */
function readWords({ card }: CardView, { briefs }: CardScreenOptions): string {
  const { itemsRead } = card.origin;
  if (itemsRead.length === 0) return card.origin.by === "owner" ? "" : " · read: nothing";
  const known = itemsRead.flatMap((id) => briefs.get(id) ?? []);
  const mails = known.filter(({ channel }) => channel === "mail").length;
  const chats = new Set(
    known
      .filter(({ channel }) => ["whatsapp", "telegram", "imessage"].includes(channel))
      .map(({ threadId }) => threadId),
  ).size;
  const others = Map.groupBy(
    known.filter(({ channel }) => !["mail", "whatsapp", "telegram", "imessage"].includes(channel)),
    ({ channel }) => channel,
  );
  const gone = itemsRead.length - known.length;
  const parts = [
    chats === 0 ? "" : plural(chats, "chat"),
    mails === 0 ? "" : plural(mails, "mail"),
    ...[...others].map(([channel, some]) => `${some.length} from ${channelName(channel)}`),
    gone === 0 ? "" : `${plural(gone, "item")} that ${gone === 1 ? "is" : "are"} gone`,
  ];
  return ` · read: ${listWords(parts.filter((part) => part !== ""))}`;
}
