import { list, number, text } from "../../find-values.ts";
import type { Desk } from "../desk.ts";
import { addDays, weekOf } from "../find-day.ts";
import { inLanguage, toOwner } from "./say-to-owner.ts";

export const promiseWords =
  /\b(?:promis\w*|commit(?:ment|ted)\w*|owe|versprochen|versprech\w*|zugesagt|zusage\w*|promesse\w*|promets)\b/iu;
const mostLines = 30;

/** What was promised in the days the owner asks about, each line with the message it stands in. */
export function promises(desk: Desk): string {
  const by = /\b(?:to me|mir|à moi|m'a|they|sie mir)\b/iu.test(desk.words) ? "them" : "owner";
  const { since, until } = daysAskedFor(desk);
  const data = desk.ask("commitments", { by, state: "all", since, until });
  const lines = list(data, "commitments")
    .slice(0, mostLines)
    .map((one) => {
      const due =
        text(one, "due") === ""
          ? ""
          : ` (${inLanguage(desk, { en: "due", de: "bis", fr: "pour le" })} ${text(one, "due")})`;
      const state = text(one, "state") === "" || text(one, "state") === "open" ? "" : `, ${text(one, "state")}`;
      return `- ${text(one, "who")}: ${text(one, "what")}${due}${state} [#${number(one, "item")}]`;
    });
  const span = `${since} – ${until}`;
  if (lines.length === 0) {
    return toOwner(
      inLanguage(desk, {
        en: `I found no promise between ${since} and ${until}.`,
        de: `Ich habe zwischen ${since} und ${until} keine Zusage gefunden.`,
        fr: `Je n'ai trouvé aucune promesse entre le ${since} et le ${until}.`,
      }),
    );
  }
  const head = inLanguage(desk, {
    en: by === "owner" ? "You promised" : "You were promised",
    de: by === "owner" ? "Du hast zugesagt" : "Dir wurde zugesagt",
    fr: by === "owner" ? "Tu as promis" : "On t'a promis",
  });
  return toOwner(`${head} (${span}):\n${lines.join("\n")}`);
}

/** A named week; else the fourteen days before today. */
function daysAskedFor(desk: Desk): { since: string; until: string } {
  const isLast = /\b(?:last week|letzte[nr]? woche|vorige[nr]? woche|semaine (?:dernière|passée))\b/iu.test(desk.words);
  const isThis = /\b(?:this week|diese[rn]? woche|cette semaine)\b/iu.test(desk.words);
  if (!isLast && !isThis) return { since: addDays(desk.today, -14), until: desk.today };
  const { monday, sunday } = weekOf(desk.today, isLast ? -1 : 0);
  return { since: monday, until: sunday };
}
