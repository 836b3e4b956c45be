import { fingerprint } from "../../core/fingerprint.ts";
import type { DraftItem, EventDetails } from "../../core/item.ts";
import { untrusted } from "../../core/untrusted.ts";
import { blankItem } from "../blank-item.ts";
import { htmlToText } from "../html/html-to-text.ts";
import type { ReadEvent } from "./read-event.ts";

const descriptionLimit = 200_000;
const earliest = "1970-01-01T00:00:00.000Z";
const latest = "2200-01-01T00:00:00.000Z";

/**
 * The item of an event: the same for an event of a calendar file and of a live calendar, so that both are one thing. Its thread
 * is named by the uid. Contract: pure, never throws; `externalId` is left to the caller.
 */
export function toEventItem(event: ReadEvent, notes: readonly string[] = []): DraftItem {
  const { details } = event;
  const { startsAt } = details;
  const sentAt = startsAt !== null && startsAt >= earliest && startsAt < latest ? startsAt : null;
  const { text, hidden } = readDescription(event.description.slice(0, descriptionLimit).toWellFormed());
  const problems = [...new Set(event.problems)].slice(0, 20);
  if (event.description.length > descriptionLimit)
    problems.push("The description is longer than 200 KB; only its beginning is kept.");
  problems.push(...notes);
  return {
    ...blankItem("event", "calendar", ""),
    threadKeys: [`uid:${details.uid}`],
    threadTitle: untrusted(event.summary),
    fingerprint: fingerprint(namedBy(details), sentAt, event.summary, text),
    sentAt,
    parties: event.parties,
    subject: untrusted(event.summary),
    text: untrusted(text),
    hiddenText: untrusted(hidden),
    labels: event.labels,
    event: details,
    partial: problems.length > 0,
    problems,
  };
}

/**
 * The uid is the same in every calendar that has the event; its organizer is not always told. A changed time that starts with
 * its series is another event than the series.
 */
function namedBy({ uid, recurrenceId, organizer }: EventDetails): string {
  if (uid.startsWith("nouid-")) return organizer ?? "";
  return recurrenceId === null ? uid : `${uid}/${recurrenceId}`;
}

const joiningMark = "-::~:~::~";

/**
 * Google adds how to join a meeting to the description of what it exports, between two lines of such marks; its live calendar
 * tells that beside the description.
 */
function withoutJoining(written: string): string {
  const start = written.indexOf(joiningMark);
  if (start < 0) return written;
  const opened = endOfLine(written, start);
  const closing = written.indexOf(joiningMark, opened);
  if (closing < 0) return written;
  const before = written.slice(0, start).replace(/(?:\s|<br\s?\/?>){1,20}$/i, "");
  return before + written.slice(endOfMarks(written, closing));
}

function endOfLine(text: string, from: number): number {
  const end = text.slice(from).search(/[\n<]/);
  return end < 0 ? text.length : from + end;
}

function endOfMarks(text: string, from: number): number {
  const end = text.slice(from).search(/[^:~-]/);
  return end < 0 ? text.length : from + end;
}

function readDescription(written: string): { text: string; hidden: string } {
  const own = withoutJoining(written);
  // Google writes HTML into descriptions, in files as well.
  const isHtml = /<(?:br|p|a|b|i|u|ul|ol|li|div|span|html|table)\b[^<>]*>/i.test(own);
  return isHtml ? htmlToText(own) : { text: own, hidden: "" };
}
