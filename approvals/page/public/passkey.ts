/**
 * Asks the device's passkey. On a card (`button[data-passkey]` in the form `#decide`) it signs for the cards, revisions and
 * hashes of the form's `seen` fields; elsewhere it proves the owner (`data-passkey="prove"`) or is added (`data-passkey="add"`,
 * `data-add-passkey`), then the page goes on to `data-next`.
 */

interface Asked {
  kind: string;
  options?: unknown;
  text?: string;
}

/** The server said no, and why. */
class Refused extends Error {}

/** Where a passkey is used first, before another one may be added. */
const provePath = "/passkey";

function start(): void {
  // Heard on the document: a live page puts its buttons in anew.
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button === null) return;
    const what = button.dataset["passkey"] ?? (button.dataset["addPasskey"] === undefined ? undefined : "add");
    if (what === undefined) return;
    event.preventDefault();
    void run(button, what);
  });
  showButtons();
  new MutationObserver(showButtons).observe(document.body, { childList: true, subtree: true });
}

/** A button that needs a script is hidden where there is none. */
function showButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-add-passkey]")) button.hidden = false;
}

async function run(button: HTMLButtonElement, what: string): Promise<void> {
  button.disabled = true;
  try {
    if (what === "add") await add(button);
    else if (what === "prove") await prove(button);
    else await decide(button);
  } catch (error) {
    if (error instanceof Refused && what === "add" && location.pathname !== provePath) location.assign(provePath);
    else complain(button, error instanceof Error ? error.message : "The passkey did not answer.");
  } finally {
    button.disabled = false;
  }
}

async function decide(button: HTMLButtonElement): Promise<void> {
  const { form } = button;
  if (form === null) return;
  const seen = [...form.querySelectorAll<HTMLInputElement>("input[name=seen]")].map(({ value }) => value);
  const answer = await answerTo(button, { for: "decide", seen });
  const assertion = form.querySelector<HTMLInputElement>("input[name=assertion]");
  if (assertion === null) return;
  assertion.value = JSON.stringify(answer);
  const yes = document.createElement("button");
  yes.name = "kind";
  yes.value = "approve";
  yes.hidden = true;
  form.append(yes);
  form.requestSubmit(yes);
}

async function prove(button: HTMLButtonElement): Promise<void> {
  const answer = await answerTo(button, { for: "prove" });
  await post(button, "/api/passkeys/prove", { answer });
  goOn(button);
}

async function add(button: HTMLButtonElement): Promise<void> {
  const asked = await post(button, "/api/passkeys/new", {});
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asCreation(asked.options));
  const made = await navigator.credentials.create({ publicKey });
  await post(button, "/api/passkeys/add", { answer: toJson(made) });
  goOn(button);
}

async function answerTo(button: HTMLButtonElement, ask: object): Promise<unknown> {
  const asked = await post(button, "/api/passkeys/ask", ask);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asRequest(asked.options));
  return toJson(await navigator.credentials.get({ publicKey }));
}

/** Our own server's words about our own question. */
function asCreation(options: unknown): PublicKeyCredentialCreationOptionsJSON {
  return options as PublicKeyCredentialCreationOptionsJSON;
}

function asRequest(options: unknown): PublicKeyCredentialRequestOptionsJSON {
  return options as PublicKeyCredentialRequestOptionsJSON;
}

function toJson(credential: Credential | null): unknown {
  if (!(credential instanceof PublicKeyCredential)) throw new Error("The passkey did not answer.");
  return credential.toJSON();
}

async function post(button: HTMLButtonElement, path: string, body: object): Promise<Asked> {
  const token = (button.form ?? document).querySelector<HTMLInputElement>("input[name=csrf]")?.value ?? "";
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-csrf-token": token },
    body: JSON.stringify(body),
  });
  const asked: Asked = await response.json();
  if (!response.ok) throw new Refused(asked.text ?? "Sign in anew, then try once more.");
  return asked;
}

function goOn(button: HTMLButtonElement): void {
  const next = button.dataset["next"];
  if (next === undefined) location.reload();
  else location.assign(next);
}

function complain(button: HTMLButtonElement, text: string): void {
  const scope = button.form ?? button.parentElement ?? document.body;
  const place = scope.querySelector(".passkey-said") ?? scope.appendChild(document.createElement("p"));
  place.className = "refused passkey-said";
  place.setAttribute("role", "alert");
  place.textContent = text;
}

start();
