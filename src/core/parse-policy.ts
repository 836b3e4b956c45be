import { type Document, isNode, LineCounter, parseDocument, stringify } from "yaml";
import type { z } from "zod";
import { StewardError } from "./errors.ts";
import { type Policy, policySchema } from "./policy.ts";

const largest = 256 * 1024;

/**
 * Parses the text of a `policy.yaml`; an empty one gives the defaults. With `actions` (every action there is), a rule about
 * another one is refused as a misspelt one. Contract: pure; no aliases, tags or duplicate keys are taken. Errors: `config`,
 * naming the line and what is allowed there.
 */
export function parsePolicy(source: string, path: string, options: { actions?: readonly string[] } = {}): Policy {
  if (source.length > largest) throw new StewardError("config", `${path} is larger than 256 kB.`);
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, stringKeys: true });
  const [broken] = [...document.errors, ...document.warnings];
  if (broken !== undefined) throw notYaml(path, lines.linePos(broken.pos[0]).line, broken.message, broken);
  const parsed = policySchema.safeParse(readPlain(document, path));
  const at: At = { document, lines, path };
  if (!parsed.success) throw nameIssue(parsed.error.issues, at);
  refuseUnknownActions(parsed.data, options.actions ?? null, at);
  return parsed.data;
}

/** A policy as YAML, without comments. Contract: pure; `parsePolicy` reads the same back. */
export function printPolicy(policy: Policy): string {
  return stringify(policy);
}

interface At {
  document: Document;
  lines: LineCounter;
  path: string;
}

/** An alias is a way to make a small file huge, and nobody needs one here. */
function readPlain(document: Document, path: string): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    return value ?? {};
  } catch (error) {
    throw notYaml(path, null, "it uses aliases", error);
  }
}

function notYaml(path: string, line: number | null, message: string, cause: unknown): StewardError {
  const [first = ""] = message.split("\n");
  const why = first.replace(/ at line \d+.*$/, "");
  return new StewardError("config", `${path}${line === null ? "" : `, line ${line}`} is not valid YAML: ${why}.`, {
    cure: "Mend that line (indentation and a missing colon are the usual causes).",
    cause,
  });
}

function nameIssue(issues: readonly z.core.$ZodIssue[], at: At): StewardError {
  const [issue] = issues;
  if (issue === undefined) return new StewardError("config", `${at.path} does not fit.`);
  const keys = [...issue.path];
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0] ?? "";
    return new StewardError("config", `${at.path}${atLine(at, [...keys, key])} has an unknown setting: ${key}.`, {
      cure: `Remove it or mend its name. Known here: ${knownAt(keys).join(", ")}.`,
    });
  }
  const name = keys.filter((key) => typeof key === "string").join(".") || "the whole file";
  const message = issue.message.replace(/^Invalid input: expected .*received undefined$/, "is missing");
  return new StewardError(
    "config",
    `${at.path}${atLine(at, keys)}: ${name} ${message.replace(/^Invalid/, "has an invalid")}.`,
    { cure: "Correct that line, or remove it to get the default." },
  );
}

/** The line of the deepest part of the path that is written there; empty when none is. */
function atLine({ document, lines }: At, keys: readonly PropertyKey[]): string {
  for (let depth = keys.length; depth > 0; depth -= 1) {
    const node: unknown = document.getIn(keys.slice(0, depth), true);
    if (isNode(node) && node.range != null) return `, line ${lines.linePos(node.range[0]).line}`;
  }
  return "";
}

const ruleKeys = ["when", "do", "needs", "why"];

function knownAt(keys: readonly PropertyKey[]): string[] {
  const [top, , inRule] = keys;
  if (top === undefined) return Object.keys(policySchema.shape);
  if (top !== "rules") return knownIn[String(top)] ?? [];
  return inRule === "when" ? ["action", "account", "to", "tier", "by", "from_rule"] : ruleKeys;
}

const knownIn: Record<string, string[]> = {
  quiet_hours: ["from", "to"],
  caps: ["send", "change", "critical", "per_person_an_hour"],
  expiry_hours: ["send", "critical"],
  attention: ["cards_a_day"],
};

function refuseUnknownActions(policy: Policy, actions: readonly string[] | null, at: At): void {
  if (actions === null) return;
  for (const [index, { when }] of policy.rules.entries()) {
    const { action } = when;
    if (action === undefined || action === "*") continue;
    const known = action.endsWith(".*")
      ? actions.some((name) => name.startsWith(action.slice(0, -1)))
      : actions.includes(action);
    if (known) continue;
    throw new StewardError(
      "config",
      `${at.path}${atLine(at, ["rules", index, "when", "action"])}: there is no ${action}.`,
      {
        cure: `Known: ${[...actions].sort().join(", ")}.`,
      },
    );
  }
}
