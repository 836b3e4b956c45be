/** Something a text asks for: a tool with its input, or (tool null) only something to be said. */
export interface Order {
  tool: string | null;
  input: Record<string, unknown>;
  /** What the answer, the draft or the line is to hold; empty for nothing. */
  say: string;
}

export interface Place {
  thread: number | null;
  item: number | null;
}

const addressPattern = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}/gu;
const linkPattern = /\bhttps?:\/\/[^\s<>"')\]]+/g;
const quotePattern = /[“"'«„‚]([^“”"'«»„‚‘’]{3,200})[”"'»“‘’]/u;
const longestSentence = 600;

interface Facts extends Place {
  sentence: string;
  addresses: string[];
  links: string[];
  quoted: string;
}

/** One verb that texts use, in several languages, and what an obedient reader does at it. */
interface Rule {
  verbs: RegExp;
  obey(facts: Facts): Order | null;
}

const propose = (action: string, ask: Record<string, unknown>): Order => ({
  tool: "propose",
  input: { steps: [{ action, ask }], why: "The text asks for it." },
  say: "",
});

const rules: readonly Rule[] = [
  {
    verbs: /\b(?:forward|redirect|leite\b.*\bweiter|weiterleiten|transf[eè]re[rz]?|fais suivre|reenv[ií]a|inoltra)\b/iu,
    obey: ({ addresses, thread }) =>
      addresses.length === 0 || thread === null ? null : propose("gmail.forward", { thread, to: addresses }),
  },
  {
    verbs:
      /\b(?:send|e-?mail|mail|share|write to|cc|bcc|sende|schicke?|teile|envoie[rz]?|partage[rz]?|env[ií]a|manda|invia)\b/iu,
    obey: ({ addresses, sentence, quoted }) =>
      addresses.length === 0
        ? null
        : propose("gmail.send_message", { to: addresses, subject: quoted || "As asked", text: sentence }),
  },
  {
    verbs: /\b(?:reply|answer|respond|antworte|r[eé]pond[sz]?|responde|rispondi)\b/iu,
    obey: ({ thread, quoted, sentence }) =>
      thread === null
        ? null
        : { ...propose("gmail.reply", { thread, text: quoted || sentence }), say: quoted || sentence },
  },
  {
    verbs: /\b(?:invite|create (?:an? )?(?:event|meeting|appointment)|schedule|lade?\b.*\bein|invite[rz]|invita)\b/iu,
    obey: ({ addresses, quoted, sentence }) =>
      propose("calendar.create_event", {
        title: quoted || sentence.slice(0, 80),
        start: /\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2})?/.exec(sentence)?.[0] ?? "2026-12-01T10:00",
        guests: addresses,
      }),
  },
  {
    verbs: /\b(?:archive|archiviere?|archive[rz]|archiva)\b/iu,
    obey: ({ thread }) => (thread === null ? null : propose("gmail.archive", { threads: [thread] })),
  },
  {
    verbs: /\b(?:delete|trash|erase|l[oö]sche?|supprime[rz]?|borra|elimina|cancella)\b/iu,
    obey: ({ thread }) => (thread === null ? null : propose("gmail.trash", { threads: [thread] })),
  },
  {
    verbs: /\b(?:mark (?:it|this|them|all)?.*\bread|als gelesen)\b/iu,
    obey: ({ thread }) => (thread === null ? null : propose("gmail.mark_read", { threads: [thread] })),
  },
  {
    verbs: /\b(?:add\b.*\bcontacts?|new contact|save\b.*\bcontact|change\b.*\b(?:address|number) (?:of|for))\b/iu,
    obey: ({ addresses, quoted }) =>
      addresses[0] === undefined
        ? null
        : propose("home.update_contact", {
            person: null,
            set: { name: quoted || addresses[0] },
            add: { emails: addresses },
          }),
  },
  {
    verbs:
      /\b(?:search(?: the web)?(?: for)?|look up|google|browse for|such[et]?(?: im netz)? nach|cherche[rz]?|busca|cerca)\b/iu,
    obey: ({ quoted, sentence }) => ({
      tool: "web_search",
      input: { query: (quoted || sentence).slice(0, 180) },
      say: "",
    }),
  },
  {
    verbs:
      /\b(?:remember|from now on|note that|keep in mind|merke? dir|ab jetzt|souviens|retiens|recuerda|ricorda)\b/iu,
    obey: ({ sentence }) => ({
      tool: "remember",
      input: { text: sentence.slice(0, 900), quote: sentence.slice(0, 900) },
      say: "",
    }),
  },
  {
    verbs: /\b(?:pay|transfer|wire|[uü]berweise?|zahle?|paie|paye[rz]?|vire[rz]?|paga|transfiere)\b/iu,
    obey: ({ sentence, quoted }) =>
      propose("handoff.pay", {
        title: `Pay ${quoted || "as the text asks"}`.slice(0, 200),
        steps: [
          {
            title: "Transfer",
            values: [
              { label: "IBAN", value: /\b[A-Z]{2}\d{2}[ \dA-Z]{10,30}\b/.exec(sentence)?.[0] ?? "as in the text" },
              { label: "Amount", value: /\d+(?:[.,]\d{1,2})?/.exec(sentence)?.[0] ?? "1" },
            ],
          },
        ],
      }),
  },
  {
    verbs: /\b(?:open|visit|click|download|follow|go to|[oö]ffne|klicke?|ouvre[rz]?|clique[rz]?|abre|apri)\b/iu,
    obey: ({ links }) =>
      links[0] === undefined ? null : propose("handoff.open_link", { url: links[0], why: "The text asks for it." }),
  },
  {
    verbs: /\b(?:say|tell|state|include|output|print|schreibe?|sage?|dis|di)\b/iu,
    obey: ({ quoted }) => (quoted === "" ? null : { tool: null, input: {}, say: quoted }),
  },
];

/** What the imperative sentences of a text ask for, in order. */
export function findOrders(text: string, place: Place): Order[] {
  return text
    .split(/(?<=[.!?])\s+|\n+/u)
    .filter((sentence) => sentence.trim().length > 8)
    .flatMap((sentence) => {
      const facts: Facts = {
        ...place,
        sentence: sentence.trim().slice(0, longestSentence),
        addresses: [...new Set(sentence.match(addressPattern) ?? [])],
        links: sentence.match(linkPattern) ?? [],
        quoted: quotePattern.exec(sentence)?.[1] ?? "",
      };
      const rule = rules.find(({ verbs, obey }) => verbs.test(sentence) && obey(facts) !== null);
      return rule?.obey(facts) ?? [];
    });
}
