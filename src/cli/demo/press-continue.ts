import { Parser } from "htmlparser2";
import { StewardError } from "../../core/errors.ts";

/** What a form on a page would send when its submit button is pressed: its address and its fields as they stand. */
interface Form {
  action: string;
  method: string;
  fields: [string, string][];
}

/**
 * Stands in for the owner's browser at the emulated consent page: opens it, leaves everything ticked as it is, presses the
 * button, and goes where it is sent. Contract: for the demo's own emulator only; refuses any address off this machine.
 */
export async function pressContinue(request: typeof fetch, url: string): Promise<void> {
  let next = url;
  for (let steps = 0; steps < 8; steps += 1) {
    const page = await visit(request, next, null);
    const onward = page.location ?? null;
    if (onward !== null) {
      next = new URL(onward, next).href;
      continue;
    }
    const form = readForm(page.html);
    if (form === null) return;
    const sent = await visit(request, new URL(form.action, next).href, form);
    if (sent.location === null) return;
    next = new URL(sent.location, next).href;
  }
  throw new StewardError("internal", "The emulated consent page goes round in circles.");
}

async function visit(
  request: typeof fetch,
  url: string,
  form: Form | null,
): Promise<{ location: string | null; html: string }> {
  if (new URL(url).hostname !== "127.0.0.1") {
    throw new StewardError("internal", "The demo's browser goes nowhere but to this machine.");
  }
  const answer = await request(url, {
    redirect: "manual",
    signal: AbortSignal.timeout(10_000),
    ...(form === null ? {} : { method: "POST", body: new URLSearchParams(form.fields) }),
  });
  return { location: answer.headers.get("location"), html: await answer.text() };
}

/** The first form of a page that is sent by POST, with the fields a browser would send. */
function readForm(html: string): Form | null {
  const forms: Form[] = [];
  let button: [string, string] | null = null;
  const parser = new Parser({
    onopentag: (name, attributes) => {
      if (name === "form") {
        forms.push({
          action: attributes["action"] ?? "",
          method: (attributes["method"] ?? "get").toLowerCase(),
          fields: [],
        });
        button = null;
        return;
      }
      const form = forms.at(-1);
      const key = attributes["name"] ?? "";
      if (form === undefined || key === "") return;
      const value = attributes["value"] ?? "";
      const type = (attributes["type"] ?? "text").toLowerCase();
      if (name === "button") {
        // The first button is the one that Enter presses.
        if (button === null) form.fields.push([key, value]);
        button ??= [key, value];
      } else if (name === "input") {
        const isChoice = type === "checkbox" || type === "radio";
        if (!isChoice || "checked" in attributes) form.fields.push([key, isChoice && value === "" ? "on" : value]);
      }
    },
  });
  parser.end(html);
  return forms.find((form) => form.method === "post") ?? null;
}
