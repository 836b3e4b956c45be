import { answerProbe } from "./answer-probe.ts";
import { answerSearch } from "./answer-search.ts";
import { ApiFailure, badRequest } from "./api-failure.ts";
import { checkRequest } from "./check-request.ts";
import { countRequest } from "./count-tokens.ts";
import { cutContext } from "./cut-context.ts";
import { garble } from "./garble.ts";
import { meetFaults, truncate } from "./meet-faults.ts";
import { type MessagesRequest, textOf } from "./messages-api.ts";
import type { ServerState } from "./model-world.ts";
import type { PolicyAnswer } from "./policy.ts";
import { streamMessage } from "./stream-message.ts";
import { checkThinking } from "./thinking.ts";
import { makeId, writeMessage } from "./write-message.ts";

const mostBytes = 32 * 1024 * 1024;

/** Answers a request for a message, or for its tokens, and keeps what was asked and answered. */
export async function answerRequest(raw: Request, state: ServerState, counting: boolean): Promise<Response> {
  const { log, profile } = state;
  const path = counting ? "/v1/messages/count_tokens" : "/v1/messages";
  const text = await raw.text();
  const body = parseBody(text);
  const purpose = purposeOf(body);
  const serial = log.nextSerial();
  const refused = (status: number, answer: unknown): void =>
    log.keep({ path, purpose, body, request: null, status, answer, usage: null });
  try {
    const faults = state.faults.take(`POST ${path} ${purpose}`.trim());
    const trouble = garble(profile, serial);
    const met = await meetFaults([...faults, ...trouble.faults], state.sleep);
    if (met.instead !== null) {
      refused(met.instead.status, "a scripted fault");
      return met.instead;
    }
    checkDoor(raw, text, state);
    const request = checkRequest(body, profile, counting);
    if (profile.strict) checkThinking(request);
    if (counting) {
      const counted = { input_tokens: countRequest(request) };
      log.keep({ path, purpose, body, request, status: 200, answer: counted, usage: null });
      return Response.json(counted);
    }
    const answer = await answerMessage({ request, body, serial, change: trouble.change }, state);
    return met.truncates ? await truncate(answer) : answer;
  } catch (error) {
    refused(error instanceof ApiFailure ? error.status : 0, error instanceof Error ? error.message : String(error));
    throw error;
  }
}

interface Asked {
  request: MessagesRequest;
  body: unknown;
  serial: number;
  change(answer: PolicyAnswer): PolicyAnswer;
}

async function answerMessage(asked: Asked, { profile, policy, cache, log, webPath }: ServerState): Promise<Response> {
  const { body, serial } = asked;
  const request = cutContext(withoutIgnored(asked.request, profile.jsonFormat), profile);
  const prompt = cache.measure(request);
  const said = answerSearch(request, webPath, serial) ?? answerProbe(request, policy) ?? (await policy.answer(request));
  const { message, content, usage } = writeMessage(asked.request, asked.change(said), prompt, { profile, serial });
  prompt.keep();
  const purpose = purposeOf(body);
  log.keep({ path: "/v1/messages", purpose, body, request, status: 200, answer: message, usage });
  const headers = { "request-id": makeId("req", serial) };
  if (request.stream !== true) return Response.json(message, { headers });
  return new Response(streamMessage(message, content), {
    headers: { ...headers, "content-type": "text/event-stream; charset=utf-8" },
  });
}

/** A server that does not know `format` never sees it. */
function withoutIgnored(request: MessagesRequest, jsonFormat: boolean): MessagesRequest {
  if (jsonFormat || request.output_config === undefined) return request;
  const { format: _unseen, ...rest } = request.output_config;
  return { ...request, output_config: rest };
}

function checkDoor(raw: Request, text: string, { profile, key }: ServerState): void {
  const bearer = /^Bearer (.+)$/.exec(raw.headers.get("authorization") ?? "")?.[1];
  const given = raw.headers.get("x-api-key") ?? bearer ?? "";
  if ((profile.needsKey && given === "") || (key !== null && given !== key)) {
    throw new ApiFailure(401, "authentication_error", "invalid x-api-key");
  }
  if (profile.strict && raw.headers.get("anthropic-version") === null) {
    throw badRequest("anthropic-version: header is required");
  }
  if (text.length > mostBytes) throw new ApiFailure(413, "request_too_large", "Request exceeds the maximum size");
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function purposeOf(body: unknown): string {
  if (typeof body !== "object" || body === null || !("system" in body)) return "";
  return /^# steward: ([a-z-]+)/.exec(textOf(body.system))?.[1] ?? "";
}
