const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How long ago something was, in the few characters a column has: `12 min`, `11 h`, `2 d`, `5 mo`. */
export function age(instant: string | null, nowMs: number): string {
  if (instant === null) return "";
  return span(Math.max(0, nowMs - Date.parse(instant)));
}

/** A length of time as `age` writes it. */
export function span(ms: number): string {
  if (!Number.isFinite(ms)) return "";
  if (ms < minuteMs) return "now";
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min`;
  if (ms < dayMs) return `${Math.floor(ms / hourMs)} h`;
  if (ms < 90 * dayMs) return `${Math.floor(ms / dayMs)} d`;
  if (ms < 730 * dayMs) return `${Math.floor(ms / (30.44 * dayMs))} mo`;
  return `${Math.floor(ms / (365.25 * dayMs))} y`;
}

/** How long something took: `0.3 s`, `12 s`, `3 min 05 s`. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} min`;
}

const dayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Ten times as fast as a formatter of Intl, and a page holds hundreds of moments. */
function fields(instant: string, zone: string): { day: string; date: string; year: string; time: string } {
  const at = Temporal.Instant.fromEpochMilliseconds(Date.parse(instant)).toZonedDateTimeISO(zone);
  const two = (value: number): string => String(value).padStart(2, "0");
  return {
    day: dayNames[at.dayOfWeek - 1] ?? "",
    date: `${at.day} ${monthNames[at.month - 1] ?? ""}`,
    year: String(at.year),
    time: `${two(at.hour)}:${two(at.minute)}`,
  };
}

/**
 * A moment as a person would say it at `nowMs`, in the owner's zone: `18:04` today, `Thu 18:04` within six days, `9 Nov 18:04`
 * within the year around, `9 Nov 2024` else.
 */
export function moment(instant: string, zone: string, nowMs: number, options: { weekday?: boolean } = {}): string {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) return "no date";
  const there = fields(instant, zone);
  const distance = Math.abs(nowMs - at);
  if (options.weekday !== true && distance < 2 * dayMs) {
    const today = fields(new Date(nowMs).toISOString(), zone);
    if (there.date === today.date && there.year === today.year) return there.time;
  }
  if (distance < 6 * dayMs) return `${there.day} ${there.time}`;
  if (distance < 300 * dayMs) return `${there.date} ${there.time}`;
  return `${there.date} ${there.year}`;
}

/** A day: `Thu 12 Nov`, with the year when it is another one. */
export function dayOf(instant: string, zone: string, nowMs: number): string {
  if (Number.isNaN(Date.parse(instant))) return "no date";
  const there = fields(instant, zone);
  const today = fields(new Date(nowMs).toISOString(), zone);
  return there.year === today.year ? `${there.day} ${there.date}` : `${there.date} ${there.year}`;
}

/** The full form, for `show`: `Thu 12 Nov 2026, 18:04`. */
export function fullMoment(instant: string | null, zone: string): string {
  if (instant === null || Number.isNaN(Date.parse(instant))) return "no date";
  const { day, date, year, time } = fields(instant, zone);
  return `${day} ${date} ${year}, ${time}`;
}
