import { readBody, splitSender } from "./whatsapp-body.ts";
import { type DateOrder, dateOrders, dayNumber, possibleOrders, readDate, type YearStyle } from "./whatsapp-date.ts";
import { type Header, readHeader } from "./whatsapp-stamp.ts";
import { appTraces, groupWords } from "./whatsapp-words.ts";

/** What a whole export says about how to read it. Plain JSON; it travels in cursors and in every record's hints. */
export interface WhatsappProfile {
  /** The key of `Header` that this export's headers have. */
  grammar: string;
  dateOrder: DateOrder;
  yearStyle: YearStyle;
  /** What decided the order of day and month: the dates themselves, the way they are written, or the region's habit. */
  decidedBy: "dates" | "writing" | "region";
  group: boolean;
  /** Who wrote messages, most messages first, at most 2,000 names. */
  senders: { name: string; messages: number }[];
  counts: { headers: number; system: number; continuation: number; preamble: number; impossibleDates: number };
}

interface OrderEvidence {
  impossible: number;
  backwards: number;
  travelled: number;
  last: number | null;
}

interface ShapeEvidence {
  header: Header;
  headers: number;
  system: number;
  continuation: number;
  preamble: number;
  groupNotices: number;
  lateShortYears: number;
  dateChanges: number;
  /** A day or month below ten was seen without and with a leading zero. */
  bare: boolean;
  padded: boolean;
  lastDate: string;
  orders: ReadonlyMap<DateOrder, OrderEvidence>;
  senders: Map<string, number>;
}

const maxShapes = 40;
const maxSenders = 2000;
const monthFirstRegions = new Set(["US", "PH", "FM", "MH", "PW", "GU", "AS", "MP", "VI", "UM"]);
const yearFirstRegions = new Set(["CN", "JP", "KR", "TW", "HU", "MN", "LT"]);

/**
 * Gathers, line by line, what decides how an export is to be read. Memory is bounded: 40 header shapes, 2,000 senders each.
 *
 * Contract: `add` takes the lines in their order, without line ends; `decide` returns null when no line has a header.
 * `latestYear` is the last year that a message can be from (the file's own date), null when unknown.
 */
export class ProfileBuilder {
  readonly #shapes = new Map<string, ShapeEvidence>();
  readonly #latestYear: number | null;
  #lines = 0;
  #traces = 0;

  constructor(latestYear: number | null) {
    this.#latestYear = latestYear;
  }

  /** Lines that hold words only the app writes. */
  get traces(): number {
    return this.#traces;
  }

  add(line: string): void {
    this.#lines += 1;
    if (appTraces.test(line.slice(0, 400))) this.#traces += 1;
    const header = readHeader(line);
    if (header === null) return;
    const shape = this.#shapeOf(header);
    if (shape === null) return;
    shape.headers += 1;
    this.#noteDate(shape, header);
    noteRest(shape, header, line.slice(header.end));
  }

  decide(region: string): WhatsappProfile | null {
    const shape = [...this.#shapes.values()].reduce<ShapeEvidence | null>(
      (best, next) => (best === null || next.headers > best.headers ? next : best),
      null,
    );
    if (shape === null) return null;
    const { order, decidedBy } = decideOrder(shape, region);
    const senders = [...shape.senders].map(([name, messages]) => ({ name, messages }));
    const others = this.#lines - shape.headers;
    return {
      grammar: shape.header.key,
      dateOrder: order,
      yearStyle: shape.lateShortYears * 2 > shape.dateChanges ? "buddhist_short" : "plain",
      decidedBy,
      group: senders.length > 2 || shape.groupNotices > 0,
      senders: senders.sort((a, b) => b.messages - a.messages),
      counts: {
        headers: shape.headers,
        system: shape.system,
        continuation: others - shape.preamble,
        preamble: shape.preamble,
        impossibleDates: shape.orders.get(order)?.impossible ?? 0,
      },
    };
  }

  #shapeOf(header: Header): ShapeEvidence | null {
    const known = this.#shapes.get(header.key);
    if (known !== undefined) return known;
    if (this.#shapes.size >= maxShapes) return null;
    const orders = new Map(
      dateOrders.map((order) => [order, { impossible: 0, backwards: 0, travelled: 0, last: null }]),
    );
    const shape: ShapeEvidence = {
      header,
      headers: 0,
      system: 0,
      continuation: 0,
      preamble: this.#lines - 1,
      groupNotices: 0,
      lateShortYears: 0,
      dateChanges: 0,
      bare: false,
      padded: false,
      lastDate: "",
      orders,
      senders: new Map(),
    };
    this.#shapes.set(header.key, shape);
    return shape;
  }

  #noteDate(shape: ShapeEvidence, header: Header): void {
    const date = header.groups.join(" ");
    if (date === shape.lastDate) return;
    shape.lastDate = date;
    shape.dateChanges += 1;
    for (const place of [0, 1] as const) {
      if (header.digits[place] === 1) shape.bare = true;
      else if (header.groups[place] < 10) shape.padded = true;
    }
    const possible = possibleOrders(header);
    if (this.#isLateShortYear(header, possible)) shape.lateShortYears += 1;
    for (const [order, evidence] of shape.orders) {
      const day = possible.includes(order) ? this.#dayIn(header, order) : null;
      if (day === null) evidence.impossible += 1;
      else noteDay(evidence, day);
    }
  }

  #dayIn(header: Header, order: DateOrder): number | null {
    const date = readDate(header, order, "plain");
    return date === null ? null : dayNumber(date);
  }

  /** "65" is 2065 or the Buddhist 2565; what the file cannot yet know is Buddhist. */
  #isLateShortYear(header: Header, possible: readonly DateOrder[]): boolean {
    const year = possible.includes("ymd") && possible.length === 1 ? header.groups[0] : header.groups[2];
    const short = (possible.length === 1 ? header.digits[0] : header.digits[2]) <= 2;
    return short && this.#latestYear !== null && year + 2000 > this.#latestYear + 1 && year >= 52 && year <= 99;
  }
}

function noteDay(evidence: OrderEvidence, day: number): void {
  if (evidence.last !== null) {
    if (day < evidence.last - 1) evidence.backwards += 1;
    evidence.travelled += Math.abs(day - evidence.last);
  }
  evidence.last = day;
}

function noteRest(shape: ShapeEvidence, header: Header, rest: string): void {
  const { sender, body } = splitSender(rest);
  const isMessage = sender !== null && readBody(body, header).kind === "message";
  if (!isMessage) {
    if (sender === null || header.bracketed) shape.system += 1;
    if (shape.groupNotices < 1000 && (sender === null || header.bracketed) && groupWords.test(rest))
      shape.groupNotices += 1;
    return;
  }
  const count = shape.senders.get(sender);
  if (count !== undefined || shape.senders.size < maxSenders) shape.senders.set(sender, (count ?? 0) + 1);
}

/**
 * Day or month first? First what is impossible decides, then which order runs backwards less, then which order covers the
 * same messages in far less time; only then the way it is written (dots are never month first), and last the region.
 */
function decideOrder(
  shape: ShapeEvidence,
  region: string,
): { order: DateOrder; decidedBy: WhatsappProfile["decidedBy"] } {
  const possible = possibleOrders(shape.header);
  const written = [...shape.orders].filter(([order]) => possible.includes(order));
  const real = keepLeast(written, (evidence) => evidence.impossible);
  const calm = dropShortYearFirst(
    keepLeast(real, (evidence) => evidence.backwards),
    shape.header,
    region,
  );
  const [only] = calm;
  if (only !== undefined && calm.length === 1) return { order: only[0], decidedBy: "dates" };
  const byTravel = [...calm].sort((a, b) => a[1].travelled - b[1].travelled);
  const [near, far] = byTravel;
  if (near !== undefined && far !== undefined && shape.dateChanges >= 3 && far[1].travelled >= near[1].travelled * 4) {
    return { order: near[0], decidedBy: "dates" };
  }
  const left = calm.map(([order]) => order);
  const habit = writtenHabit(shape);
  if (habit !== null && left.includes(habit)) return { order: habit, decidedBy: "writing" };
  return { order: habitOf(region, left), decidedBy: "region" };
}

/** Dots are never month first; "8/4/21, 5:07 PM" is American, which never writes "08/04/21". */
function writtenHabit(shape: ShapeEvidence): DateOrder | null {
  const { separator, capitalMark } = shape.header;
  if (separator === "dot") return "dmy";
  if (separator !== "slash") return null;
  if (capitalMark && shape.bare && !shape.padded) return "mdy";
  return shape.padded && !shape.bare ? "dmy" : null;
}

/** Nobody but Nepal and Korea writes a short year first; where something else fits as well, it is not that. */
function dropShortYearFirst(
  orders: readonly [DateOrder, OrderEvidence][],
  header: Header,
  region: string,
): readonly [DateOrder, OrderEvidence][] {
  const others = orders.filter(([order]) => order !== "ymd");
  const rare = header.digits[0] <= 2 && !["NP", "KR"].includes(region.toUpperCase());
  return rare && others.length > 0 ? others : orders;
}

function keepLeast(
  orders: readonly [DateOrder, OrderEvidence][],
  cost: (evidence: OrderEvidence) => number,
): [DateOrder, OrderEvidence][] {
  const least = Math.min(...orders.map(([, evidence]) => cost(evidence)));
  return orders.filter(([, evidence]) => cost(evidence) === least);
}

function habitOf(region: string, left: readonly DateOrder[]): DateOrder {
  const upper = region.toUpperCase();
  const habit = monthFirstRegions.has(upper) ? "mdy" : yearFirstRegions.has(upper) ? "ymd" : "dmy";
  return left.includes(habit) ? habit : (left.find((order) => order === "dmy") ?? left[0] ?? "dmy");
}
