import { text } from "node:stream/consumers";
import { toStewardError } from "../../core/errors.ts";
import { searchRequestSchema, searchWeb } from "./search-web.ts";

/**
 * A process of its own that searches once: reads one request on its input, prints `{results}` or `{error}` and ends. It has no home, no
 * database and no other secret than the key it is given.
 */
async function answer(): Promise<unknown> {
  try {
    const asked = searchRequestSchema.parse(JSON.parse(await text(process.stdin)));
    return { results: await searchWeb(asked, fetch, AbortSignal.timeout(60_000)) };
  } catch (error) {
    const named = toStewardError(error, "searching the web");
    const said = named.code === "internal" ? "Something unexpected happened while searching." : named.message;
    return { error: `${said} ${named.cure ?? ""}`.trim() };
  }
}

process.stdout.write(`${JSON.stringify(await answer())}\n`);
