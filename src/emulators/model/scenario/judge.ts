import { field, list, text } from "../find-values.ts";
import { asksSomething, looksHostile, sentences, shorten } from "./read-text.ts";

const pressing =
  /\b(?:urgent|asap|today|tonight|tomorrow|before noon|by noon|deadline|last reminder|overdue|final notice|heute|morgen|dringend|frist|mahnung|spätestens|sofort|urgente?|aujourd'hui|demain|au plus vite|hoy|mañana|oggi|domani|hoje|amanhã)\b/iu;
const meeting =
  /\b(?:invitation|invites you|meeting|appointment|einladung|termin|rendez-vous|réunion|reunión|appuntamento|convite)\b/iu;
const paper =
  /\b(?:invoice|receipt|contract|statement|rechnung|vertrag|bescheid|police|facture|contrat|factura|fattura|fatura)\b/iu;
const machine =
  /unsubscribe|newsletter|abmelden|abbestellen|se désabonner|no-?reply|noreply|notification|darse de baja/iu;
const offers = /\b(?:sale|discount|% off|rabatt|angebot|webinar|soldes|promo|offer ends|descuento|sconto)\b/iu;

/** Verdicts by words alone: quick, and unsure where words do not tell. `isCloser` adds a line out of the text. */
export function judgeThreads(data: unknown, isCloser: boolean): { verdicts: unknown[] } {
  return { verdicts: list(data, "threads").map((thread) => judgeThread(thread, isCloser)) };
}

function judgeThread(thread: unknown, isCloser: boolean): unknown {
  const newest = `${text(thread, "title")}\n${text(thread, "text")}`;
  const verdict = classify(thread, newest);
  const base = { id: text(thread, "id"), ...verdict };
  return isCloser ? { ...base, line: lineOf(thread) } : base;
}

function classify(thread: unknown, newest: string): { class: string; urgency: number } {
  const signals = list(thread, "signals").map(String).join(" ");
  const isKnown = field(thread, "known") === true;
  const isMachine =
    machine.test(`${newest} ${text(thread, "from")} ${signals}`) || /bulk|list|automatic/i.test(signals);
  if (looksHostile(newest)) return { class: "unsure", urgency: 0 };
  if (isMachine)
    return { class: offers.test(newest) ? "ignore" : paper.test(newest) ? "document" : "to_know", urgency: 0 };
  if (asksSomething(newest)) {
    const isUrgent = pressing.test(newest) && isKnown;
    return { class: isUrgent ? "urgent" : "reply", urgency: isUrgent ? 3 : 2 };
  }
  if (pressing.test(newest) && isKnown) return { class: "urgent", urgency: 2 };
  if (meeting.test(newest)) return { class: "event", urgency: 1 };
  if (paper.test(newest)) return { class: "document", urgency: 1 };
  return isKnown ? { class: "to_know", urgency: 0 } : { class: "unsure", urgency: 0 };
}

/** The sentence that asks, else the first one of some length: words of the text and no others. */
function lineOf(thread: unknown): string {
  const items = list(thread, "items").map((one) => text(one, "text"));
  const all = sentences(text(thread, "text") || (items.at(-1) ?? ""));
  const best = all.find((one) => asksSomething(one) && one.length > 12) ?? all.find((one) => one.length > 20) ?? all[0];
  return shorten(best ?? text(thread, "title"), 120);
}
