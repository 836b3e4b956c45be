import type { Channel } from "../core/item.ts";
import type { Week } from "../core/week.ts";
import { createZoneClock } from "./zone-clock.ts";

/** One message as the week needs it: no names, no text. `answersAt` is when the owner's answered message came, for own answers. */
export interface WeekMessage {
  channel: Channel;
  sentAt: string;
  fromOwner: boolean;
  /** Whether it was meant for the owner by a person (not bulk, not a machine). */
  personal: boolean;
  /** When the owner answered it; null when they did not. Only for messages of others. */
  answeredAt: string | null;
  /** Whether a person still waits for the owner's answer to it. */
  waiting: boolean;
}

export interface WeekInput {
  messages: readonly WeekMessage[];
  promises: readonly { state: "open" | "overdue" | "done"; saidAt: string }[];
  nowMs: number;
  zone: string;
  /** How many days back (default 7, today included). */
  days?: number;
}

const hourMs = 3_600_000;
const weekDays = 7;

/** Numbers of the last seven days in the owner's zone. Contract: pure; names nobody and quotes nothing. */
export function buildWeek(input: WeekInput): Week {
  const clock = createZoneClock(input.zone);
  const today = clock.local(input.nowMs);
  const dayCount = input.days ?? weekDays;
  const fromMs = clock.instant(today.year, today.month, today.day - dayCount + 1, 0, 0);
  const within = input.messages.filter((message) => {
    const ms = Date.parse(message.sentAt);
    return ms >= fromMs && ms <= input.nowMs;
  });
  const days = Array.from({ length: dayCount }, (_, index) => {
    const noon = clock.instant(today.year, today.month, today.day - dayCount + 1 + index, 12, 0);
    return { day: dayName(clock.local(noon)), received: 0, sent: 0 };
  });
  const byDay = new Map(days.map((day) => [day.day, day]));
  const byChannel = new Map<Channel, { channel: Channel; received: number; sent: number }>();
  const hours = new Array<number>(24).fill(0);
  for (const message of within) {
    const local = clock.local(Date.parse(message.sentAt));
    const way = message.fromOwner ? "sent" : "received";
    const day = byDay.get(dayName(local));
    if (day !== undefined) day[way] += 1;
    const channel = byChannel.get(message.channel) ?? { channel: message.channel, received: 0, sent: 0 };
    channel[way] += 1;
    byChannel.set(message.channel, channel);
    hours[local.hour] = (hours[local.hour] ?? 0) + 1;
  }
  const busiest = Math.max(...hours);
  return {
    version: 1,
    from: new Date(fromMs).toISOString(),
    to: new Date(input.nowMs).toISOString(),
    days,
    channels: [...byChannel.values()].sort((a, b) => b.received + b.sent - a.received - a.sent),
    ...answers(within, input),
    busiestHour: busiest === 0 ? null : hours.indexOf(busiest),
    promises: promiseCounts(input, fromMs),
  };
}

function answers(within: readonly WeekMessage[], input: WeekInput) {
  const personal = within.filter((message) => !message.fromOwner && message.personal);
  const waits = personal.flatMap((message) =>
    message.answeredAt === null ? [] : [(Date.parse(message.answeredAt) - Date.parse(message.sentAt)) / hourMs],
  );
  const waiting = input.messages
    .filter((message) => message.waiting && message.answeredAt === null)
    .map((message) => (input.nowMs - Date.parse(message.sentAt)) / hourMs);
  return {
    personal: personal.length,
    answered: waits.length,
    answeredShare: personal.length === 0 ? null : rounded(waits.length / personal.length, 100),
    medianAnswerHours: waits.length === 0 ? null : rounded(median(waits), 10),
    longestWaitingHours: waiting.length === 0 ? null : rounded(Math.max(...waiting), 10),
  };
}

function promiseCounts({ promises }: WeekInput, fromMs: number): Week["promises"] {
  const kept = promises.filter((promise) => promise.state === "done" && Date.parse(promise.saidAt) >= fromMs).length;
  const open = promises.filter((promise) => promise.state === "open").length;
  return { kept, open, overdue: promises.filter((promise) => promise.state === "overdue").length };
}

function dayName(local: { year: number; month: number; day: number }): string {
  return `${local.year}-${String(local.month + 1).padStart(2, "0")}-${String(local.day).padStart(2, "0")}`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1] ?? 0, sorted[middle] ?? 0];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}
