import { type Block, textField } from "./messages-api.ts";

const pieceLength = 40;

/** A message as server-sent events, in the service's order. Source: streaming page of the Messages API. */
export function streamMessage(message: Readonly<Record<string, unknown>>, content: readonly Block[]): string {
  const { usage, stop_reason, stop_sequence } = message;
  const events: unknown[] = [
    { type: "message_start", message: { ...message, content: [], stop_reason: null, stop_sequence: null } },
    { type: "ping" },
    ...content.flatMap((block, index) => streamBlock(block, index)),
    { type: "message_delta", delta: { stop_reason, stop_sequence }, usage },
    { type: "message_stop" },
  ];
  return events.map(toEvent).join("");
}

function toEvent(event: unknown): string {
  const name = typeof event === "object" && event !== null && "type" in event ? String(event.type) : "message";
  return `event: ${name}\ndata: ${JSON.stringify(event)}\n\n`;
}

function streamBlock(block: Block, index: number): unknown[] {
  const delta = (value: Record<string, unknown>): unknown => ({ type: "content_block_delta", index, delta: value });
  const stop = { type: "content_block_stop", index };
  const start = (value: unknown): unknown => ({ type: "content_block_start", index, content_block: value });
  switch (block.type) {
    case "text":
      return [
        start({ ...block, text: "" }),
        ...cut(textField(block, "text")).map((text) => delta({ type: "text_delta", text })),
        stop,
      ];
    case "tool_use":
    case "server_tool_use":
      return [
        start({ ...block, input: {} }),
        ...cut(JSON.stringify(block["input"] ?? {})).map((piece) =>
          delta({ type: "input_json_delta", partial_json: piece }),
        ),
        stop,
      ];
    case "thinking":
      return [
        start({ type: "thinking", thinking: "", signature: "" }),
        delta({ type: "thinking_delta", thinking: textField(block, "thinking") }),
        delta({ type: "signature_delta", signature: textField(block, "signature") }),
        stop,
      ];
    default:
      return [start(block), stop];
  }
}

function cut(text: string): string[] {
  return Array.from({ length: Math.ceil(text.length / pieceLength) }, (_, at) =>
    text.slice(at * pieceLength, (at + 1) * pieceLength),
  );
}
