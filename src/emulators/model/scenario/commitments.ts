import { list, text } from "../find-values.ts";
import { findDay } from "./find-day.ts";
import { asksSomething, sentences, shorten } from "./read-text.ts";

/** Turns by which people promise something, in the languages of the demo. */
const promises =
  /\b(?:i(?:'|’)ll|i will|we(?:'|’)ll|we will|i promise|you(?:'|’)ll (?:have|get)|ich (?:schicke|sende|bringe|mache|kümmere|melde|überweise|gebe|rufe|schaue|lege|zahle|werde|komme)|(?:schicke|sende|bringe|mache|überweise|melde|gebe|zahle) ich|wir (?:schicken|kommen|werden|melden|liefern)|je (?:t'|vous |te )?(?:envoie|enverrai|ferai|vais|rappelle|apporte)|te (?:mando|envío)|ti (?:mando|invio)|envio-te|mando-te)\b/iu;
const noPromise =
  /\b(?:i(?:'|’)ll (?:think|see)|i will (?:think|see)|if i|wenn ich|si je|maybe|vielleicht|peut-être)\b/iu;

/** Promises by their turns of phrase; each quote is a sentence as it stands in its item. */
export function findCommitments(data: unknown): { commitments: unknown[] } {
  return {
    commitments: list(data, "items").flatMap((item) =>
      sentences(text(item, "text"))
        .filter((one) => promises.test(one) && !noPromise.test(one) && !(asksSomething(one) && one.endsWith("?")))
        .slice(0, 3)
        .map((quote) => ({
          id: text(item, "id"),
          by: text(item, "from") === "owner" ? "owner" : "them",
          what: shorten(quote, 120),
          due: findDay(quote, text(item, "at").slice(0, 10)),
          quote,
        })),
    ),
  };
}
