import { html } from "hono/html";

/** What Google's own page says of a scope, shortened. */
const scopeWords = new Map([
  ["https://www.googleapis.com/auth/gmail.readonly", "View your email messages and settings"],
  ["https://www.googleapis.com/auth/drive.readonly", "See and download all your Google Drive files"],
  ["https://www.googleapis.com/auth/calendar.readonly", "See and download any calendar you can access"],
  ["https://www.googleapis.com/auth/spreadsheets.readonly", "See all your Google Sheets spreadsheets"],
  ["https://www.googleapis.com/auth/gmail.modify", "Read, compose, and send emails from your Gmail account"],
  ["https://www.googleapis.com/auth/calendar.events", "View and edit events on all your calendars"],
  ["https://www.googleapis.com/auth/drive", "See, edit, create, and delete all of your Google Drive files"],
  ["https://www.googleapis.com/auth/spreadsheets", "See, edit, create, and delete all your Google Sheets spreadsheets"],
]);
/** These are part of any sign-in and have no box. */
export const impliedScopes = [
  "openid",
  "email",
  "profile",
  "https://www.googleapis.com/auth/userinfo.email",
  "https://www.googleapis.com/auth/userinfo.profile",
];

export interface Consent {
  accounts: readonly { address: string; name: string }[];
  scopes: readonly string[];
  /** The query of the request, carried through the form. */
  query: string;
  chosen: string;
}

/** The page where an owner chooses the account and ticks what an app may do. Works without a script. */
export function consentPage({ accounts, scopes, query, chosen }: Consent): ReturnType<typeof html> {
  const asked = scopes.filter((scope) => !impliedScopes.includes(scope));
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Sign in (emulated)</title>
        <style>
          :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
          body { max-width: 30rem; margin: 3rem auto; padding: 0 1rem; }
          fieldset { border: 1px solid #8886; border-radius: 8px; margin: 1rem 0; }
          label { display: block; padding: 0.3rem 0; }
          button { font: inherit; padding: 0.5rem 1.2rem; border-radius: 8px; border: 1px solid #8886; margin-right: 0.5rem; }
          .note { opacity: 0.7; font-size: 0.9rem; }
        </style>
      </head>
      <body>
        <p class="note">An emulated Google on this machine. Nobody here is real.</p>
        <h1>Steward wants access to your account</h1>
        <form method="post" action="/o/oauth2/v2/auth">
          <input type="hidden" name="query" value="${query}" />
          <fieldset>
            <legend>Account</legend>
            ${accounts.map(
              ({ address, name }) => html`<label
                ><input type="radio" name="account" value="${address}" ${address === chosen ? "checked" : ""} /> ${name}
                &lt;${address}&gt;</label
              >`,
            )}
          </fieldset>
          <fieldset>
            <legend>Select what Steward can access</legend>
            ${asked.map(
              (scope) => html`<label
                ><input type="checkbox" name="scope" value="${scope}" checked /> ${scopeWords.get(scope) ?? scope}</label
              >`,
            )}
          </fieldset>
          <button name="answer" value="continue">Continue</button>
          <button name="answer" value="cancel">Cancel</button>
        </form>
      </body>
    </html>`;
}
