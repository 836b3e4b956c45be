import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { StewardError } from "../../src/core/errors.ts";
import { readAnswer, type SignInAnswer } from "./sign-in-answer.ts";
import { answerPage } from "./sign-in-page.ts";

/** A listener for one answer of one sign-in. */
export interface Loopback {
  redirectUri: string;
  /** The first answer that belongs to this sign-in. Never rejects; pending until it comes. */
  answer: Promise<Extract<SignInAnswer, { kind: "code" | "refused" }>>;
  /** Answers that did not belong to it, refused so far. */
  refused(): number;
  close(): void;
}

/**
 * Listens on a free port of 127.0.0.1 for the browser that comes back from Google.
 *
 * Contract: one answer is taken, by GET, at the root, under this very address as Host; every other request is refused and
 * changes nothing, so that a page elsewhere in the browser can neither end a sign-in nor feed it a code. `close` may be
 * called more than once. Source: https://datatracker.ietf.org/doc/html/rfc8252#section-7.3
 */
export async function openLoopback(state: string): Promise<Loopback> {
  const { promise, resolve } = Promise.withResolvers<Extract<SignInAnswer, { kind: "code" | "refused" }>>();
  let refused = 0;
  let taken = false;
  const server = createServer((request, response) => {
    if (request.headers.host !== `127.0.0.1:${portOf(server)}`) return reply(response, 421, "wrong_place");
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    if (url.pathname !== "/") return reply(response, 404, "nothing_here");
    if (request.method !== "GET") return reply(response, 405, "nothing_here");
    if (taken) return reply(response, 410, "used");
    const answer = readAnswer(url.searchParams, state);
    if (answer.kind === "foreign" || answer.kind === "empty") {
      refused += 1;
      return reply(response, 400, "foreign");
    }
    taken = true;
    reply(response, 200, answer.kind === "code" ? "received" : "denied");
    response.once("close", () => resolve(answer));
  });
  server.requestTimeout = 10_000;
  await listen(server);
  return {
    redirectUri: `http://127.0.0.1:${portOf(server)}/`,
    answer: promise,
    refused: () => refused,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function listen(server: Server): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", (cause) =>
    reject(
      new StewardError("unavailable", "No port of this computer could be opened to receive Google's answer.", {
        cure: "Use --paste instead.",
        cause,
      }),
    ),
  );
  server.listen({ host: "127.0.0.1", port: 0, exclusive: true }, resolve);
  await promise;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

type PageName = Parameters<typeof answerPage>[0];

function reply(response: ServerResponse<IncomingMessage>, status: number, page: PageName): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    connection: "close",
  });
  response.end(answerPage(page));
}
