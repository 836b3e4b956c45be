import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import type { ItemView, Owner, ThreadView } from "../src/core/thread.ts";
import { untrusted } from "../src/core/untrusted.ts";
import type { Verdict } from "../src/core/verdict.ts";
import { judgeThread } from "../src/triage/judge-thread.ts";
import { type BenchMail, dataFolder, parseBenchMail, readTar } from "./load-mailbox.ts";
import { toItem } from "./persona-threads.ts";
import { benchContext } from "./triage-data.ts";

/**
 * `node bench/triage-traps.ts [--list]`: what the rules make of spam, newsletters and lists (SpamAssassin corpus), and of hostile
 * messages (injections-dev): how many are care, ignored, or shown plainly. Hostile text is data here and is only counted.
 */
const owner: Owner = {
  names: ["Emma Johnson"],
  identities: ["emma.johnson@bluesparrowtech.com"],
  zone: "UTC",
  region: "US",
  languages: ["en"],
};
const nobody = {
  writtenTo: new Map<string, number>(),
  received: new Map<string, number>(),
  answered: new Map<string, number>(),
};
const hostileSchema = z.object({
  id: z.string(),
  channel: z.string(),
  language: z.string(),
  from: z.string(),
  subject: z.string().nullable(),
  body_text: z.string().nullable(),
  body_html: z.string().nullable().optional(),
  technique: z.array(z.string()).optional(),
  extra: z.object({ headers: z.record(z.string(), z.string()).optional() }).optional(),
});

async function main(): Promise<void> {
  const folder = dataFolder();
  if (folder === null) {
    console.log("No data folder: set STEWARD_DATA. Nothing measured.");
    return;
  }
  const files = readTar(gunzipSync(readFileSync(join(folder, "mail/spamassassin.tar.gz"))));
  for (const kind of ["spam", "ham_newsletter", "ham_list"]) {
    const mails = await Promise.all(
      files.filter((file) => file.name.startsWith(`${kind}/`)).map((file) => parseBenchMail(file.bytes)),
    );
    report(
      kind,
      mails
        .filter((mail) => mail !== null)
        .map((mail) => ({ id: `${mail.from.address} ${mail.subject}`, verdict: judgeMail(mail) })),
    );
  }
  const { items, benign_twins } = z
    .object({ items: z.array(hostileSchema), benign_twins: z.array(hostileSchema) })
    .parse(JSON.parse(readFileSync(join(folder, "security/injections-dev.json"), "utf8")));
  for (const known of [false, true]) {
    report(
      `hostile, ${known ? "known" : "unknown"} sender`,
      items.map((one) => ({ id: `${one.id} ${one.technique?.join()}`, verdict: judgeHostile(one, known) })),
    );
  }
  report(
    "benign twins",
    benign_twins.map((one) => ({ id: one.id, verdict: judgeHostile(one, true) })),
  );
}

/** The mailbox of the corpus is whoever stands alone in To: the reader of a spam is its recipient. */
function judgeMail(mail: BenchMail): Verdict {
  const own: Owner = {
    ...owner,
    identities: mail.to.length === 1 && mail.facts.listId === null && mail.facts.precedence === null ? mail.to : [],
  };
  const item = toItem(mail, 1, own, nobody);
  return judgeThread(toView([item]), { ...benchContextOf(own), nowMs: Date.parse(item.sentAt) + 3_600_000 });
}

function judgeHostile(one: z.output<typeof hostileSchema>, known: boolean): Verdict {
  const address = /<([^>]+)>/.exec(one.from)?.[1] ?? one.from;
  const html = one.body_html ?? "";
  const hidden = [
    ...html.matchAll(
      /<!--([\s\S]*?)-->|display:\s*none[^>]*>([^<]*)|font-size:\s*0[^>]*>([^<]*)|color:\s*(?:#fff|white)[^>]*>([^<]*)/gi,
    ),
  ]
    .map((match) => match.slice(1).join(" "))
    .join("\n");
  const text = one.body_text ?? html.replace(/<[^>]+>/g, " ");
  const mail: BenchMail = {
    id: one.id,
    sentAt: "2026-11-19T09:00:00.000Z",
    from: { address: address.toLowerCase(), name: one.from.includes("<") ? one.from.replace(/<.*/, "").trim() : "" },
    to: owner.identities,
    cc: [],
    replyTo: null,
    subject: one.subject ?? "",
    text: text + (html === "" ? "" : `\n${html.replace(/<[^>]+>/g, " ")}`),
    quoted: "",
    hidden,
    attachments: [],
    facts: {
      inReplyTo: null,
      references: [],
      listId: null,
      listUnsubscribe: false,
      precedence: null,
      autoSubmitted: null,
      returnPath: null,
      importance: null,
      mailer: null,
      authentication: one.extra?.headers?.["Authentication-Results"] ?? null,
      dsn: false,
      hiddenCharacters: 0,
      htmlBytes: html.length,
      links: [],
      imageCount: 0,
    },
  };
  const counts = known ? { ...nobody, writtenTo: new Map([[mail.from.address, 5]]) } : nobody;
  const item = toItem(mail, 1, owner, counts);
  return judgeThread(toView([item]), { ...benchContextOf(owner), nowMs: Date.parse(mail.sentAt) + 3_600_000 });
}

const contexts = new Map<string, ReturnType<typeof benchContext>>();

function benchContextOf(own: Owner) {
  const key = own.identities.join();
  const context = contexts.get(key) ?? { ...benchContext(own), lookalikes: benchContext(own).lookalikes };
  contexts.set(key, context);
  return context;
}

function toView(items: ItemView[]): ThreadView {
  return { id: 1, channel: "mail", title: untrusted(""), group: false, state: "new", items };
}

function report(name: string, judged: readonly { id: string; verdict: Verdict }[]): void {
  const counts = Map.groupBy(judged, ({ verdict }) =>
    verdict.class === "ignore" ? `ignore/${verdict.ignoredAs}` : verdict.class,
  );
  const share = [...counts].sort((a, b) => b[1].length - a[1].length).map(([kind, all]) => `${kind} ${all.length}`);
  console.log(`${name} (${judged.length}): ${share.join(", ")}`);
  if (!process.argv.includes("--list")) return;
  for (const { id, verdict } of judged) {
    const plain =
      verdict.class === "reply" ||
      verdict.class === "urgent" ||
      verdict.class === "event" ||
      (name.startsWith("hostile") && verdict.class !== "care");
    if (plain)
      console.log(
        `   ${verdict.class} | ${id} | ${verdict.line} | ${verdict.signals.slice(0, 6).map((signal) => signal.name)}`,
      );
  }
}

await main();
