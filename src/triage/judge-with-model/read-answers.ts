import { z } from "zod";
import type { ModelReply } from "../../core/model.ts";

/** The whole text of an answer. */
export function textOfReply({ content }: Pick<ModelReply, "content">): string {
  return content.map((part) => (part.kind === "text" ? part.text : "")).join("");
}

/**
 * The list named so in an answer, as far as its entries are what was asked for: one that is not is left out, so that it does not
 * spoil the others. Null where there is no such list at all. Contract: pure, never throws.
 */
export function readAnswers<T>(text: string, name: string, one: z.ZodType<T>): T[] | null {
  const list = z.record(z.string(), z.unknown()).safeParse(parseJson(text));
  const entries = list.success ? list.data[name] : null;
  if (!Array.isArray(entries)) return null;
  return entries.flatMap((entry: unknown) => {
    const read = one.safeParse(entry);
    return read.success ? [read.data] : [];
  });
}

/** Of answers with ids those that were asked for, and are there once: two answers to one question are none. */
export function exactSet<T extends { id: string }>(answers: readonly T[], asked: readonly string[]): Map<string, T> {
  const byId = Map.groupBy(answers, ({ id }) => id);
  return new Map(
    asked.flatMap((id): [string, T][] => {
      const [only, ...more] = byId.get(id) ?? [];
      return only === undefined || more.length > 0 ? [] : [[id, only]];
    }),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
