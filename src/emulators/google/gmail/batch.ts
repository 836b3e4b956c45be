import type { Hono } from "hono";
import { ConnectionDropped } from "../fault-middleware.ts";
import { badRequest, googleError } from "../google-error.ts";
import type { EmulatorEnv } from "../service.ts";

const mostInner = 100;

/**
 * The batch endpoint: every inner request is one of its own, with its own charge and its own faults; answers come in another
 * order than the requests, with `Content-ID: <response-...>`.
 * Source: https://developers.google.com/workspace/gmail/api/guides/batch
 */
export function mountBatch(app: Hono<EmulatorEnv>): void {
  app.post("/batch/gmail/v1", async (c) => {
    const boundary = /boundary="?([^";]+)"?/.exec(c.req.header("content-type") ?? "")?.[1];
    if (boundary === undefined) throw badRequest("Missing boundary");
    const inner = splitParts(await c.req.text(), boundary);
    if (inner.length > mostInner) throw badRequest("Inner request count exceeds the limit", "badRequest");
    const authorization = c.req.header("authorization") ?? "";
    const answers: string[] = [];
    for (const part of inner) answers.push(await answerPart(app, part, authorization));
    const mark = "batch_emulated";
    const body = [...answers.toReversed().map((answer) => `--${mark}\r\n${answer}\r\n`), `--${mark}--\r\n`].join("");
    return new Response(body, { headers: { "content-type": `multipart/mixed; boundary=${mark}` } });
  });
}

interface InnerRequest {
  contentId: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

async function answerPart(app: Hono<EmulatorEnv>, part: InnerRequest, authorization: string): Promise<string> {
  const answer = await callInner(app, part, authorization);
  const text = await answer.text();
  const type = answer.headers.get("content-type") ?? "application/json; charset=UTF-8";
  return [
    "Content-Type: application/http",
    `Content-ID: <response-${part.contentId}>`,
    "",
    `HTTP/1.1 ${answer.status} ${answer.ok ? "OK" : "Error"}`,
    `Content-Type: ${type}`,
    `Content-Length: ${Buffer.byteLength(text)}`,
    "",
    text,
  ].join("\r\n");
}

async function callInner(app: Hono<EmulatorEnv>, part: InnerRequest, authorization: string): Promise<Response> {
  try {
    return await app.request(part.path, {
      method: part.method,
      headers: { authorization, ...part.headers },
      ...(part.body === "" ? {} : { body: part.body }),
    });
  } catch (error) {
    if (!(error instanceof ConnectionDropped)) throw error;
    // Behind the batch a lost connection is Google's own affair; the client sees a server error.
    return new Response(JSON.stringify(googleError(503, "Backend Error", "backendError")), { status: 503 });
  }
}

function splitParts(text: string, boundary: string): InnerRequest[] {
  const pieces = text.split(`--${boundary}`).slice(1, -1);
  return pieces.map((piece) => {
    const [outer = "", request = "", ...body] = piece.replace(/^\r?\n/, "").split(/\r?\n\r?\n/);
    const [line = "", ...headerLines] = request.split(/\r?\n/);
    const [method = "GET", path = "/"] = line.trim().split(" ");
    if (!path.startsWith("/")) throw badRequest("The inner request names a path only");
    const headers = Object.fromEntries(
      headerLines.flatMap((one) => {
        const colon = one.indexOf(":");
        return colon > 0 ? [[one.slice(0, colon).trim().toLowerCase(), one.slice(colon + 1).trim()]] : [];
      }),
    );
    const contentId = /content-id:\s*<?([^>\r\n]*)>?/i.exec(outer)?.[1]?.trim() ?? "";
    return { contentId, method, path, headers, body: body.join("\r\n\r\n").trimEnd() };
  });
}
