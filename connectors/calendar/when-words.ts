import { type EventTime, instantOf, type Span } from "./event-time.ts";

/**
 * When an event is, as the owner would say it: `Tue 24 Nov 2026, 14:00 to 15:00`, with the event's own zone behind it where
 * that shows another time; whole days by their first and last. Contract: pure.
 */
export function whenWords(span: Span, ownerZone: string): string {
  const { start, end } = span;
  if ("date" in start) {
    const last = "date" in end ? Temporal.PlainDate.from(end.date).subtract({ days: 1 }).toString() : start.date;
    const first = dayWords(start.date);
    return last === start.date ? `${first}, all day` : `${first} to ${dayWords(last)}, whole days`;
  }
  const there = start.timeZone;
  const here = inZone(span, ownerZone);
  const own = inZone(span, there);
  return here === own ? here : `${here} (${own} in ${there})`;
}

function inZone({ start, end }: Span, zone: string): string {
  const [from, to] = [start, end].map((time) => clockAt(time, zone));
  if (from === undefined || to === undefined) return "";
  const until = from.day === to.day ? to.time : `${dayWords(to.day)}, ${to.time}`;
  return `${dayWords(from.day)}, ${from.time} to ${until}`;
}

/** `14:00`, or with its day where it is another. */
export function clockAt(time: EventTime, zone: string): { day: string; time: string } {
  const there = Temporal.Instant.fromEpochMilliseconds(instantOf(time, zone)).toZonedDateTimeISO(zone);
  return {
    day: there.toPlainDate().toString(),
    time: there.toPlainTime().toString({ smallestUnit: "minute" }),
  };
}

const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Tue 24 Nov 2026`. */
export function dayWords(day: string): string {
  const date = Temporal.PlainDate.from(day);
  return `${days[date.dayOfWeek - 1]} ${date.day} ${months[date.month - 1]} ${date.year}`;
}
