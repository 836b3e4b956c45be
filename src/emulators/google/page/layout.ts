import { html, raw } from "hono/html";

export type Html = ReturnType<typeof html>;

export const views = ["mail", "calendar", "drive", "happened"] as const;
export type View = (typeof views)[number];

const titles: Record<View, string> = { mail: "Mail", calendar: "Calendar", drive: "Drive", happened: "What happened" };

const style = `
:root { color-scheme: light dark; --ink: #1d2026; --paper: #fbfaf8; --card: #fff; --line: #e4e1da; --soft: #6b6f78; --mark: #2f6f5e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e6e1; --paper: #16181b; --card: #1e2124; --line: #33373c; --soft: #9a9ea6; --mark: #7fc4ae; }
}
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); overflow-wrap: anywhere; }
header, main { max-width: 58rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.25rem; }
h1 { font-size: 1.15rem; margin: 0; } h2 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
.note { color: var(--soft); font-size: .9rem; margin: .15rem 0 .9rem; }
nav { display: flex; flex-wrap: wrap; gap: .25rem; border-bottom: 1px solid var(--line); }
nav a { padding: .55rem .8rem; color: var(--soft); text-decoration: none; border-bottom: 2px solid transparent; }
nav a[aria-current] { color: var(--ink); border-color: var(--mark); font-weight: 600; }
a { color: var(--mark); } a:focus-visible, button:focus-visible, input:focus-visible, textarea:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
ul { list-style: none; margin: 0; padding: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
li { padding: .6rem .9rem; border-top: 1px solid var(--line); } li:first-child { border-top: 0; }
li a { color: inherit; text-decoration: none; display: block; } li a:hover strong { text-decoration: underline; }
.row { display: flex; gap: .75rem; align-items: baseline; } .row > :first-child { flex: 1; min-width: 0; }
.when { color: var(--soft); font-size: .85rem; white-space: nowrap; font-variant-numeric: tabular-nums; }
.sub { color: var(--soft); font-size: .92rem; } .unread strong::before { content: "● "; color: var(--mark); font-size: .7rem; vertical-align: .12em; }
form { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .9rem; display: grid; gap: .6rem; }
label { display: grid; gap: .2rem; font-size: .88rem; color: var(--soft); }
input, textarea { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: .5rem .6rem; width: 100%; }
button { font: inherit; justify-self: start; padding: .5rem 1.1rem; min-height: 2.75rem; border-radius: 8px; border: 0; background: var(--mark); color: var(--paper); cursor: pointer; }
pre { font: inherit; white-space: pre-wrap; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem; }
.said { background: var(--card); border-left: 3px solid var(--mark); padding: .5rem .9rem; margin: .9rem 0 0; }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
table { border-collapse: collapse; font-size: .88rem; } td { padding: .35rem .7rem; border-top: 1px solid var(--line); white-space: nowrap; } tr:first-child td { border-top: 0; color: var(--soft); }
footer { height: 3rem; }
`;

export interface Frame {
  account: string;
  accounts: readonly string[];
  view: View;
  /** Once, after something was done. */
  said: string | null;
}

/** The frame of every page: whose account this is, where to look, and that nothing of it is real. */
export function layout({ account, accounts, view, said }: Frame, content: Html | Promise<Html>): Html {
  const address = encodeURIComponent(account);
  const others = accounts.filter((one) => one !== account);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${titles[view]} · ${account}</title>
        <style>
          ${raw(style)}
        </style>
      </head>
      <body>
        <header>
          <h1>${account}</h1>
          <p class="note">
            An emulated Google on this machine. Nobody here is real, and nothing leaves it.
            ${others.map((one) => html` <a href="/?account=${encodeURIComponent(one)}">${one}</a>`)}
          </p>
          <nav>
            ${views.map(
              (one) =>
                html`<a href="/?account=${address}&amp;view=${one}" ${one === view ? raw('aria-current="page"') : ""}
                  >${titles[one]}</a
                >`,
            )}
          </nav>
        </header>
        <main>${said === null ? "" : html`<p class="said" role="status">${said}</p>`} ${content}</main>
        <footer></footer>
      </body>
    </html>`;
}
