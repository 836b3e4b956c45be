import { isAlias, isNode, parseDocument, visit } from "yaml";
import { z } from "zod";
import { forScreen } from "../../core/untrusted.ts";
import { skillChecksSchema } from "./skill-checks.ts";

/** Larger than this no skill needs to be, in characters: the whole file, and what stands between the dashes. */
export const longestSkill = 32_000;
const longestFront = 4_000;

export const skillName = /^[a-z0-9][a-z0-9-]{0,39}$/;

const frontSchema = z.strictObject({
  name: z.string().regex(skillName),
  description: z
    .string()
    .min(1)
    .max(120)
    .refine((text) => !text.includes("\n"), "is one line"),
  checks: skillChecksSchema.optional(),
});

export interface Skill {
  name: string;
  /** One line for the list the model always sees. */
  description: string;
  checks: z.output<typeof skillChecksSchema>;
  /** Markdown: the steps. */
  body: string;
}

export type ParsedSkill = { kind: "skill"; skill: Skill } | { kind: "refused"; why: string };

/**
 * Reads a SKILL.md: front matter between two lines of three dashes, then Markdown. Contract: pure, never throws, runs nothing: YAML
 * 1.2's core schema alone, no tags, no aliases or anchors, no other language after the dashes, no key that is not named here (a skill
 * grants nothing), no character a reader would not see.
 */
export function parseSkill(text: string): ParsedSkill {
  if (text.length > longestSkill) return refused(`it is longer than ${longestSkill} characters`);
  const plain = text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
  if (forScreen(plain, { multiline: true }) !== plain.replaceAll("\t", "  "))
    return refused("it holds characters that nobody sees");
  const [, front, body] = /^---\n([\s\S]*?)\n---(?:\n([\s\S]*))?$/.exec(plain) ?? [];
  if (front === undefined) return refused("it does not begin with a front matter between two lines ---");
  if (front.length > longestFront) return refused(`its front matter is longer than ${longestFront} characters`);
  const value = readYaml(front);
  if (value.kind === "refused") return value;
  const parsed = frontSchema.safeParse(value.value);
  if (!parsed.success) return refused(nameIssue(parsed.error));
  const { name, description, checks } = parsed.data;
  return { kind: "skill", skill: { name, description, checks: checks ?? {}, body: (body ?? "").trim() } };
}

type Refused = Extract<ParsedSkill, { kind: "refused" }>;

function readYaml(front: string): { kind: "value"; value: unknown } | Refused {
  if (/^%/m.test(front)) return refused("its front matter holds a directive");
  try {
    const document = parseDocument(front, { schema: "core", version: "1.2", stringKeys: true, logLevel: "silent" });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) return refused(`its front matter is no plain YAML: ${problem.message.split("\n")[0]}`);
    let special = false;
    visit(document, (_key, node) => {
      if (isAlias(node) || (isNode(node) && (node.tag !== undefined || Reflect.has(node, "anchor")))) special = true;
    });
    if (special) return refused("its front matter uses tags, anchors or aliases");
    return { kind: "value", value: document.toJS({ maxAliasCount: 0 }) };
  } catch {
    return refused("its front matter is no plain YAML");
  }
}

function nameIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  const place = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
  return `its front matter does not fit${place}: ${issue?.message ?? "unknown"}`;
}

function refused(why: string): Refused {
  return { kind: "refused", why };
}
