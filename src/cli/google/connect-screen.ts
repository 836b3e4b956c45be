import { type AskedScope, missingScopes, readScopes } from "../../../connectors/google-account/scopes.ts";
import type { SignedIn } from "../../../connectors/google-account/sign-in.ts";
import type { StewardError } from "../../core/errors.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { SecretsStatus } from "../../daemon/secrets/secret-store.ts";
import type { Source } from "../../store/sources.ts";
import type { CommandContext } from "../command-context.ts";
import { makePaint } from "../render/paint.ts";
import { clip, padEnd, wrap } from "../render/width.ts";
import { storeWords } from "./store-words.ts";

const widest = 78;

function widthOf(context: CommandContext): number {
  return Math.min(context.terminal.columns, widest);
}

/** What Google is going to ask, and what each right is for. */
export function scopeLines(context: CommandContext): string[] {
  const width = widthOf(context);
  return [
    ...wrap("Google will ask whether steward may read. It asks for nothing that could change anything:", width),
    ...useLines(readScopes, width),
    ...wrap("What is read stays on this computer. Sending is asked for separately, if you ever turn it on.", width),
    "",
  ];
}

/** The same of what can change something. */
export function writeScopeLines(context: CommandContext, account: string, asked: readonly AskedScope[]): string[] {
  const width = widthOf(context);
  return [
    ...wrap(`Google will ask whether steward may change things as ${forScreen(account)}:`, width),
    ...useLines(asked, width),
    ...wrap(
      "Nothing is sent or changed by it alone: each time there is a card, and your yes. Reading goes on as it is.",
      width,
    ),
    "",
  ];
}

function useLines(asked: readonly AskedScope[], width: number): string[] {
  const services = asked.filter(({ service }) => service !== null);
  const column = Math.max(...services.map(({ label }) => label.length)) + 2;
  return services.flatMap(({ label, use }) => {
    const [first = "", ...rest] = wrap(use, Math.max(20, width - column - 2));
    return [`  ${padEnd(label, column)}${first}`, ...rest.map((line) => `  ${" ".repeat(column)}${line}`)];
  });
}

/** What may be changed from now on, and what not. */
export function writingLines(
  context: CommandContext,
  account: string,
  { may, missing }: { may: readonly AskedScope[]; missing: readonly AskedScope[] },
): string[] {
  const paint = makePaint(context.terminal.colour);
  const again = missing.flatMap(({ service }) => service ?? []).join(" ");
  return [
    `${paint.green("✓")} Steward may act as ${forScreen(account)}, each time with your yes:`,
    ...may.map(({ label }) => `  ${label}`),
    ...missing.map(({ label, use }) => `${paint.yellow("!")} Not allowed: ${label} (${use})`),
    ...(missing.length === 0
      ? []
      : [`  To add it: ${context.self} connect google --write ${again} --account ${forScreen(account)}`]),
  ].flatMap((line) => wrap(line, widthOf(context)));
}

/** Where to go. The address is on a line of its own, unbroken, so that it can be copied. */
export function signInLines(context: CommandContext, url: string, way: { opened: boolean; paste: boolean }): string[] {
  const width = widthOf(context);
  if (way.paste) {
    return [
      ...wrap("Open this address in any browser, sign in and press Continue:", width),
      "",
      url,
      "",
      ...wrap(
        "The last page will not load: that is as it should be. Copy its whole address from the browser and paste it here.",
        width,
      ),
    ];
  }
  const text = way.opened
    ? "Google's page is open in your browser. If not, open this address:"
    : "Open this address in a browser on this computer (on another one: use --paste):";
  return [...wrap(text, width), "", url, "", "Waiting for Google's answer. Ctrl-C stops it."];
}

/** What is connected now, and where its secrets are. */
export function connectedLines(
  context: CommandContext,
  account: string,
  sources: readonly Source[],
  secrets: SecretsStatus,
  clientPath: string | null,
): string[] {
  const width = widthOf(context);
  const paint = makePaint(context.terminal.colour);
  return [
    `${paint.green("✓")} ${paint.bold(`Connected ${forScreen(account)}`)}`,
    ...sources.map(({ label }) => `  ${clip(forScreen(label), width - 2)}`),
    ...wrap(`Its key to Google is ${storeWords(secrets)}.`, width),
    ...(clientPath === null
      ? []
      : wrap(`You can delete ${forScreen(clientPath)} now: steward keeps what it needs.`, width)),
  ];
}

/** What was not ticked, what it would bring, and how to add it. */
export function missingLines(context: CommandContext, { account, scopes }: SignedIn): string[] {
  const paint = makePaint(context.terminal.colour);
  const missing = missingScopes(scopes);
  if (missing.length === 0) return [];
  return [
    ...missing.map(({ label, use }) => `${paint.yellow("!")} Not allowed: ${label} (${use})`),
    `  To add it: ${context.self} connect google --account ${forScreen(account)}`,
  ].flatMap((line) => wrap(line, widthOf(context)));
}

/** What was allowed, or wanted, and could not be read. */
export function problemLines(context: CommandContext, problems: readonly StewardError[]): string[] {
  const paint = makePaint(context.terminal.colour);
  const width = widthOf(context);
  return problems.flatMap(({ message, cure }) => [
    ...wrap(`${paint.yellow("!")} ${forScreen(message)}`, width),
    ...(cure === null ? [] : wrap(forScreen(cure), width - 2).map((line) => `  ${line}`)),
  ]);
}
