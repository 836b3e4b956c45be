import { ApiFailure, badRequest } from "./api-failure.ts";
import { type CatalogueModel, findModel } from "./catalogue.ts";
import { checkTurn } from "./check-blocks.ts";
import { checkFormat } from "./check-format.ts";
import { checkToolPairs } from "./check-tool-pairs.ts";
import { checkTools } from "./check-tools.ts";
import { countRequest } from "./count-tokens.ts";
import { type MessagesRequest, otherFields, requestSchema, toBlocks } from "./messages-api.ts";
import type { Profile } from "./profiles.ts";

/**
 * Parses a body and refuses it as the profile's server would; gives back what that server goes on with. `counting`: nothing is written,
 * so that `max_tokens` is not needed.
 */
export function checkRequest(body: unknown, profile: Profile, counting: boolean): MessagesRequest {
  const parsed = requestSchema.safeParse(body);
  const issue = parsed.error?.issues[0];
  if (!parsed.success) throw badRequest(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "Invalid"}`);
  const request = parsed.data;
  const model = findModel(request.model);
  if (profile.models === "catalogue" && model === null) {
    throw new ApiFailure(404, "not_found_error", `model: ${request.model}`);
  }
  checkShape(request, profile, counting);
  checkTools(request, profile);
  const messages = request.messages.map((turn, at) => checkTurn(turn, at, profile));
  if (profile.strict) {
    checkToolPairs(messages);
    checkCacheMarks({ ...request, messages });
    if (profile.jsonFormat) checkFormat(request.output_config?.format?.schema);
    if (model !== null) checkModel({ ...request, messages }, model, counting);
  }
  return { ...request, messages };
}

function checkShape(request: MessagesRequest, profile: Profile, counting: boolean): void {
  const { messages, max_tokens } = request;
  if (messages.length === 0) throw badRequest("messages: at least one message is required");
  if (!counting && max_tokens === undefined) throw badRequest("max_tokens: Field required");
  if (!counting && max_tokens === 0 && !profile.strict) throw badRequest("max_tokens: must be greater than 0");
  if (!profile.strict) return;
  if (messages[0]?.role !== "user") throw badRequest('messages: first message must use the "user" role');
  const empty = messages.findIndex(({ content }) => content.length === 0);
  if (empty >= 0) throw badRequest(`messages.${empty}: all messages must have non-empty content`);
  const known = [...Object.keys(requestSchema.shape), ...otherFields];
  const unknown = Object.keys(request).find((name) => !known.includes(name));
  if (unknown !== undefined) throw badRequest(`${unknown}: Extra inputs are not permitted`);
}

function checkModel(request: MessagesRequest, model: CatalogueModel, counting: boolean): void {
  const { thinking, tool_choice, max_tokens = 0, messages } = request;
  if (max_tokens > model.maxTokens) {
    throw badRequest(`max_tokens: ${max_tokens} > ${model.maxTokens}, which is the maximum allowed for ${model.id}`);
  }
  const tokens = countRequest(request);
  if (tokens > model.contextTokens && !counting) {
    throw badRequest(`prompt is too long: ${tokens} tokens > ${model.contextTokens} maximum`);
  }
  for (const name of ["temperature", "top_p", "top_k"]) {
    if (request[name] !== undefined) throw badRequest(`${name}: sampling parameters are not supported`);
  }
  if (!model.current) return;
  if (messages.at(-1)?.role === "assistant") {
    throw badRequest(
      "This model does not support assistant message prefill. The conversation must end with a user message.",
    );
  }
  if (thinking !== undefined && ("budget_tokens" in thinking || thinking.type === "enabled")) {
    throw badRequest("thinking.budget_tokens: is not supported by this model; use thinking.type 'adaptive'");
  }
  if (model.refusesForcing && (tool_choice?.type === "any" || tool_choice?.type === "tool")) {
    throw badRequest(`tool_choice: type '${tool_choice.type}' is not supported by this model`);
  }
}

function checkCacheMarks(request: MessagesRequest): void {
  const carriers: Readonly<Record<string, unknown>>[] = [
    ...(request.tools ?? []),
    ...[request.system, ...request.messages.map(({ content }) => content)].flatMap((one) => toBlocks(one)),
    request,
  ];
  const marks = carriers.map((one) => one["cache_control"]).filter((mark) => typeof mark === "object" && mark !== null);
  if (marks.length > 4) {
    throw badRequest(`A maximum of 4 blocks with cache_control may be provided. Found ${marks.length}.`);
  }
  const lives = marks.map((mark) => ("ttl" in mark ? mark.ttl : "5m"));
  if (lives.slice(lives.indexOf("5m") + 1).includes("1h") && lives.includes("5m")) {
    throw badRequest("cache_control: a ttl='1h' block must not come after a ttl='5m' block");
  }
}
