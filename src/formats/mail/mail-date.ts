const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const zones: Record<string, number> = {
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  CET: 1,
  CEST: 2,
  MET: 1,
  MEST: 2,
  BST: 1,
  EET: 2,
  EEST: 3,
  MSK: 3,
  JST: 9,
  IST: 5.5,
};
const mailDate =
  /(\d{1,2})[\s-]{1,3}([A-Za-z]{3})[a-z]{0,6}[\s,-]{1,3}(\d{2,4}),?\s{1,3}(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d{1,9})?\s{0,3}(?:([AaPp])[Mm]\b\s{0,3})?([+-]\d{4}|[+-]\d{2}:\d{2}|[A-Z]{1,5})?/;
const earliestMs = Date.UTC(1970, 0, 1);
const latestMs = Date.UTC(2200, 0, 1);

/**
 * The instant of a mail's Date (RFC 5322, obsolete and common broken forms), UTC ISO-8601. Null when it is no date or is
 * outside 1970..2199. A date without a zone counts as UTC. Contract: pure, never throws.
 */
export function parseMailDate(value: string): string | null {
  const text = value
    .slice(0, 200)
    .replace(/\([^()]*\)/g, " ")
    .trim();
  const ms = toMilliseconds(text);
  return Number.isNaN(ms) || ms < earliestMs || ms >= latestMs ? null : new Date(ms).toISOString();
}

function toMilliseconds(text: string): number {
  const match = mailDate.exec(text);
  const month = months.indexOf((match?.[2] ?? "").toLowerCase());
  if (match === null || month < 0) return Date.parse(/\d:\d\d(?::\d\d(?:\.\d+)?)?$/.test(text) ? `${text}Z` : text);
  const [day, hour, minute, second] = [match[1], match[4], match[5], match[6]].map((part) => Number(part ?? 0));
  if (day === undefined || hour === undefined || minute === undefined || day > 31 || hour > 24 || minute > 59) {
    return Number.NaN;
  }
  const half = (match[7] ?? "").toLowerCase();
  const hours = half === "" ? hour : (hour % 12) + (half === "p" ? 12 : 0);
  const utc = Date.UTC(fullYear(match[3] ?? ""), month, day, hours, minute, Math.min(second ?? 0, 59));
  return utc - zoneMinutes(match[8] ?? "") * 60_000;
}

function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 2) return year < 50 ? 2000 + year : 1900 + year;
  return digits.length === 3 ? 1900 + year : year;
}

function zoneMinutes(zone: string): number {
  const offset = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (offset === null) return (zones[zone] ?? 0) * 60;
  const minutes = Number(offset[2]) * 60 + Number(offset[3]);
  return offset[1] === "-" ? -minutes : minutes;
}

/** The instant after the last semicolon of a Received header. */
export function receivedDate(value: string): string | null {
  const semicolon = value.lastIndexOf(";");
  return semicolon < 0 ? null : parseMailDate(value.slice(semicolon + 1));
}
