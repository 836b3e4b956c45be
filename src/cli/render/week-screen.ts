import { channelName } from "../../core/channel-name.ts";
import { count, plural } from "../../core/plural.ts";
import { dayOf } from "../../core/times.ts";
import type { Week } from "../../core/week.ts";
import type { Paint } from "./paint.ts";
import { padEnd, padStart, wrap } from "./width.ts";

const barCells = " ▏▎▍▌▋▊▉█";

/** The week in one screen: days as bars, answers, promises. Names nobody, so it can be shown to anybody. */
export function weekScreen(week: Week, options: { paint: Paint; width: number; zone: string; nowMs: number }): string {
  const { paint, zone, nowMs } = options;
  const width = Math.min(options.width, 78);
  const received = week.days.reduce((sum, day) => sum + day.received, 0);
  const sent = week.days.reduce((sum, day) => sum + day.sent, 0);
  const range = `${dayOf(week.from, zone, nowMs)} – ${dayOf(week.to, zone, nowMs)}`;
  const busiest = Math.max(1, ...week.days.map((day) => day.received + day.sent));
  const room = Math.max(8, width - 30);
  const lines = [`${paint.bold("Your week")}    ${range}`, ""];
  for (const day of week.days) {
    const name = dayOf(`${day.day}T12:00:00Z`, "UTC", nowMs);
    const drawn = `${paint.cyan(bar(day.received, busiest, room))}${paint.magenta(bar(day.sent, busiest, room).trimEnd())}`;
    const numbers = `${padStart(count(day.received), 5)} in ${padStart(count(day.sent), 3)} out`;
    lines.push(`${padEnd(name, 11)}${numbers}  ${drawn}`.trimEnd());
  }
  const words = [
    `${count(received)} came in, ${count(sent)} went out: ${channelWords(week)}.`,
    personalWords(week),
    promiseWords(week),
    week.busiestHour === null ? "" : `Your busiest hour begins at ${String(week.busiestHour).padStart(2, "0")}:00.`,
  ];
  lines.push("", ...words.filter((one) => one !== "").flatMap((one) => wrap(one, width)));
  return `${lines.join("\n")}\n`;
}

/** Eighths of a cell, so that a week of few messages still has a shape. */
function bar(value: number, largest: number, room: number): string {
  const eighths = Math.round((value / largest) * room * 8);
  const full = "█".repeat(Math.floor(eighths / 8));
  const rest = eighths % 8 === 0 ? "" : (barCells[eighths % 8] ?? "");
  return `${full}${rest}`;
}

function channelWords(week: Week): string {
  const parts = week.channels.map(({ channel, received, sent }) => `${channelName(channel)} ${count(received + sent)}`);
  return parts.length === 0 ? "nothing" : parts.join(", ");
}

function personalWords(week: Week): string {
  if (week.personal === 0) return "Nobody wrote to you in person.";
  const share = week.answeredShare === null ? "" : ` (${Math.round(week.answeredShare * 100)}%)`;
  const speed = week.medianAnswerHours === null ? "" : `, half of them within ${hours(week.medianAnswerHours)}`;
  const waiting =
    week.longestWaitingHours === null ? "" : ` The longest has waited for ${hours(week.longestWaitingHours)}.`;
  return `${plural(week.personal, "message")} from people to you; you answered ${count(week.answered)}${share}${speed}.${waiting}`;
}

function promiseWords({ promises }: Week): string {
  const { kept, open, overdue } = promises;
  if (kept + open + overdue === 0) return "";
  return `Promises: ${count(kept)} kept, ${count(open)} open, ${count(overdue)} overdue.`;
}

function hours(value: number): string {
  if (value < 1) return plural(Math.max(1, Math.round(value * 60)), "minute");
  return value < 48 ? plural(Math.round(value), "hour") : plural(Math.round(value / 24), "day");
}
