import { Parser } from "htmlparser2";

/** What a person does on Google's page; by default they leave everything as it is and press Continue. */
export interface Person {
  account?: string;
  /** Scopes whose box is unticked. */
  unticks?: readonly string[];
  cancels?: boolean;
}

/**
 * A browser with a person in it: opens the consent page, answers its form, and returns where it is sent. `follow` goes there
 * over the real network. Throws when Google shows an error page instead.
 */
export async function answerConsent(google: typeof fetch, url: string, person: Person = {}): Promise<URL> {
  const page = await google(url, { redirect: "manual" });
  const text = await page.text();
  if (page.status !== 200) throw new Error(`Google's page says ${page.status}: ${text.slice(0, 200)}`);
  const form = new URLSearchParams();
  let action = "";
  const parser = new Parser({
    onopentag: (tag, { name = "", value = "", type = "", action: target = "", ...rest }) => {
      if (tag === "form") action = target;
      if (tag !== "input" || name === "") return;
      if (type === "hidden") form.append(name, value);
      else if (type === "radio" && (person.account === undefined ? "checked" in rest : value === person.account)) {
        form.append(name, value);
      } else if (type === "checkbox" && "checked" in rest && person.unticks?.includes(value) !== true) {
        form.append(name, value);
      }
    },
  });
  parser.end(text);
  form.append("answer", person.cancels === true ? "cancel" : "continue");
  const answer = await google(new URL(action, url).href, {
    method: "POST",
    redirect: "manual",
    body: form.toString(),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  const location = answer.headers.get("location");
  if (location === null) throw new Error(`Google did not send the browser back (${answer.status}).`);
  return new URL(location);
}
