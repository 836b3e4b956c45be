import type { Hono } from "hono";
import { ConnectionDropped } from "../fault-middleware.ts";
import { badRequest, googleError } from "../google-error.ts";
import type { EmulatorEnv, SharedWorld } from "../service.ts";

const mostInner = 100;

/**
 * The batch endpoint: every inner request is one of its own, with its own charge and its own faults; answers come in another
 * order than the requests, with `Content-ID: <response-...>`.
 * Source: https://developers.google.com/workspace/gmail/api/guides/batch
 */
export function mountBatch(app: Hono<EmulatorEnv>, shared: SharedWorld): void {
  app.post("/batch/gmail/v1", async (c) => {
    const boundary = /boundary="?([^";]+)"?/.exec(c.req.header("content-type") ?? "")?.[1];
    if (boundary === undefined) throw badRequest("Missing boundary");
    const inner = splitParts(await c.req.text(), boundary);
    if (inner.length === 0) throw badRequest("Failed to parse batch request, error: 0 items.", "badRequest");
    if (inner.length > mostInner) throw badRequest("Inner request count exceeds the limit", "badRequest");
    const authorization = c.req.header("authorization") ?? "";
    const comfort = shared.settings.get("gmail.batchComfort") ?? mostInner;
    const answers: string[] = [];
    for (const [at, part] of inner.entries()) {
      const answer = at < comfort ? await callInner(app, part, authorization) : tooMany();
      answers.push(await writePart(part, answer));
    }
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

/** Google runs the parts of a large batch side by side, and then finds them too many at once. */
function tooMany(): Response {
  const body = googleError(429, "Too many concurrent requests for user.", "rateLimitExceeded");
  return new Response(JSON.stringify(body), { status: 429 });
}

async function writePart(part: InnerRequest, answer: Response): Promise<string> {
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
    if (!path.startsWith("/gmail/v1/")) throw badRequest("The inner request names a path of the API only");
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
