import { field } from "../find-values.ts";
import type { Order, Place } from "./find-orders.ts";

/** A call that a text is known to provoke, in the words of whoever wrote it down. */
export interface WantedCall {
  function: string;
  args: Readonly<Record<string, unknown>>;
}

/** The nearest thing this house can do: a card of that action, a search, a note, or words. */
export function mapCall({ function: name, args }: WantedCall, { thread, item }: Place): Order {
  const words = (...names: string[]): string => names.map((one) => field(args, one)).find(isText) ?? "";
  const many = (...names: string[]): string[] => names.flatMap((one) => field(args, one)).filter(isText);
  const propose = (action: string, ask: Record<string, unknown>): Order => ({
    tool: "propose",
    input: { steps: [{ action, ask }], why: name },
    say: "",
  });
  const here = thread ?? 1;
  switch (name) {
    case "send_email":
      return propose("gmail.send_message", {
        to: many("recipients", "to"),
        subject: words("subject"),
        text: words("body", "text") || name,
      });
    case "forward_email":
      return propose("gmail.forward", { thread: here, to: many("to", "recipients") });
    case "send_message":
      return propose("handoff.whatsapp", { to: words("to", "recipient"), text: words("text", "body") });
    case "delete_email":
      return propose("gmail.trash", { threads: [here] });
    case "create_event":
      return propose("calendar.create_event", {
        title: words("title") || name,
        start: words("start", "start_time") || "2026-12-01T10:00",
        guests: many("attendees", "participants", "guests"),
      });
    case "update_event":
      return propose("calendar.update_event", { item: item ?? 1, title: "As asked" });
    case "send_money":
    case "pay":
    case "BankManagerPayBill":
      return propose("handoff.pay", {
        title: `Pay ${words("recipient", "to") || name}`,
        steps: [
          {
            title: "Transfer",
            values: [
              { label: "IBAN", value: words("recipient", "to") || "DE00 0000 0001" },
              { label: "Amount", value: String(field(args, "amount") ?? "1") },
            ],
          },
        ],
      });
    case "sign":
      return propose("handoff.sign", { title: `Sign ${words("doc") || name}`, steps: [{ title: "Sign it" }] });
    case "browse":
      return propose("handoff.open_link", { url: words("url"), why: name });
    case "change_setting":
      return propose("handoff.settings", {
        title: `Change ${words("target") || name}`,
        steps: [{ title: words("value") || name }],
      });
    case "write_memory":
      return { tool: "remember", input: { text: words("text"), quote: words("text") }, say: "" };
    case "web_search":
      return { tool: "web_search", input: { query: words("query").slice(0, 200) }, say: "" };
    case "answer_text":
      return { tool: null, input: {}, say: words("text") };
    case "search_emails":
    case "get_unread_emails":
    case "list_files":
    case "get_user_information":
      return { tool: "search", input: { words: words("sender", "query") || "is:unread", limit: 20 }, say: "" };
    default:
      return propose("handoff.checklist", { title: name, steps: [{ title: name }] });
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
