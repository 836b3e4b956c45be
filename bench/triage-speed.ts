import type { Owner } from "../src/core/thread.ts";
import { untrusted } from "../src/core/untrusted.ts";
import { judgeThread } from "../src/triage/judge-thread.ts";
import type { BenchMail } from "./load-mailbox.ts";
import { toItem } from "./persona-threads.ts";
import { benchContext } from "./triage-data.ts";

/** `node bench/triage-speed.ts`: how long judging 10,000 new one-message threads takes, half bulk, texts of some 900 characters. */
const count = 10_000;
const owner: Owner = {
  names: ["Clara Weiss"],
  identities: ["clara@weiss.example"],
  zone: "Europe/Berlin",
  region: "DE",
  languages: ["de"],
};
const sentences = [
  "Hi Clara, thanks for the notes from yesterday.",
  "Could you send me the signed lease by Friday?",
  "Anbei findest du die Unterlagen für das Treffen am 30.11. um 14:30 Uhr.",
  "We talked about the roof, the garden and the new heating system for quite a while.",
  "Je t'envoie le dossier demain matin sans faute.",
  "The weather here has been grey, and the children are back at school since Monday.",
];
const nobody = {
  writtenTo: new Map<string, number>(),
  received: new Map<string, number>(),
  answered: new Map<string, number>(),
};
const views = Array.from({ length: count }, (_, index) => {
  const text = Array.from(
    { length: 14 },
    (_unused, at) => `${sentences[(index + at * 5) % sentences.length] ?? ""} ${(index * 7 + at) % 97}`,
  ).join("\n");
  const bulk = index % 2 === 0;
  const mail: BenchMail = {
    id: `m${index}`,
    sentAt: new Date(Date.parse("2026-11-01T08:00:00Z") + index * 60_000).toISOString(),
    from: { address: `person${index % 400}@firm${index % 150}.example`, name: "Some Body" },
    to: owner.identities,
    cc: [],
    replyTo: null,
    subject: `News ${index}`,
    text,
    quoted: "",
    hidden: "",
    attachments: [],
    facts: {
      inReplyTo: null,
      references: [],
      listId: bulk ? "list.example" : null,
      listUnsubscribe: bulk,
      precedence: null,
      autoSubmitted: null,
      returnPath: null,
      importance: null,
      mailer: null,
      authentication: "mx; spf=pass dkim=pass dmarc=pass",
      dsn: false,
      hiddenCharacters: 0,
      htmlBytes: 0,
      links: [],
      imageCount: 0,
    },
  };
  const item = toItem(mail, index, owner, nobody);
  return { id: index, channel: "mail", title: untrusted(""), group: false, state: "new", items: [item] } as const;
});
const known = Array.from({ length: 2000 }, (_, index) => ({
  address: `known${index}@company${index}.example`,
  name: `Known Person${index}`,
}));
const started = performance.now();
const context = { ...benchContext(owner, undefined, known), nowMs: Date.parse("2026-11-10T08:00:00Z") };
const built = performance.now();
for (const view of views) judgeThread({ ...view, items: [...view.items] }, context);
const took = performance.now() - built;
console.log(
  `context of ${known.length} known: ${Math.round(built - started)} ms; ${count} threads: ${Math.round(took)} ms (${Math.round((took * 1000) / count)} µs each)`,
);
