import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import { rawText } from "../../core/untrusted.ts";
import { searchItems } from "../../store/search.ts";
import { parseQuery } from "../../store/search-query.ts";
import type { CommandContext } from "../command-context.ts";
import { withHome } from "../open-home.ts";
import { keepSearch } from "../references.ts";
import { jsonScreen } from "../render/json-screen.ts";
import { makePaint } from "../render/paint.ts";
import { searchScreen } from "../render/search-screen.ts";
import { syncPeople } from "../sync-people.ts";

interface SearchFlags {
  newest?: boolean;
  limit: string;
  json?: boolean;
}

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<words...>", "what to look for")
    .description("Search everything: mail, chats, events, documents, contacts, attachments.")
    .option("--newest", "newest first, instead of the best and recent first")
    .option("--limit <n>", "how many hits", "10")
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `
All words must occur; accents and capitals do not matter.
  "exact words"   a phrase                    from:marie  to:me  subject:rent
  licen*          begins with                 in:whatsapp  in:calendar
  a OR b          one of the two              after:2026-10-01  before:monday
  -word           not this one                has:attachment  is:unanswered

Examples
  ${context.self} search licence plate
  ${context.self} search 'from:marie "talent bridge" after:2026-09-01'
  ${context.self} show s1`,
    )
    .action((words: string[], flags: SearchFlags) => search(context, words.map(toQueryPart).join(" "), flags));
}

/** A shell takes quotes off: an argument that holds several words was a phrase, unless it is a query of its own. */
function toQueryPart(word: string, _index: number, all: readonly string[]): string {
  return all.length > 1 && /\s/.test(word) && !/[":]/.test(word) ? `"${word}"` : word;
}

async function search(context: CommandContext, text: string, flags: SearchFlags): Promise<void> {
  const limit = Number.parseInt(flags.limit, 10);
  if (!(limit > 0)) throw new StewardError("usage", `--limit needs a number above 0, not "${flags.limit}".`);
  await withHome(context, { create: false }, async (home) => {
    if (/\b(?:from|to|cc):me\b/i.test(text)) await syncPeople(home);
    const nowMs = context.clock.now();
    const query = parseQuery(text, { zone: home.config.zone, nowMs });
    const result = await searchItems(home.store, query, {
      limit,
      order: flags.newest === true ? "newest" : "relevance",
      nowMs,
    });
    await keepSearch(
      home.paths,
      text,
      result.hits.map(({ itemId }) => itemId),
    );
    if (flags.json === true) {
      const hits = result.hits.map((hit) => ({ ...hit, sender: rawText(hit.sender), subject: rawText(hit.subject) }));
      context.terminal.out(`${jsonScreen({ query: text, ...result, hits })}\n`);
      return;
    }
    const { colour, columns } = context.terminal;
    context.terminal.out(
      searchScreen(text, result, {
        paint: makePaint(colour),
        width: columns,
        zone: home.config.zone,
        nowMs,
        self: context.self,
      }),
    );
  });
}
