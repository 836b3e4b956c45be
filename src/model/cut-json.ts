/**
 * The JSON in an answer that may have a fence or sentences around it: the first value (object or array) that can be read, as it
 * stands there; the text itself where there is none. Contract: pure, never throws; looks at most at 20 places where one could begin.
 */
export function cutJson(text: string): string {
  const whole = text.trim();
  if (isJson(whole)) return whole;
  const fenced = /```(?:json)?\s*\n([\s\S]*?)\n?\s*```/i.exec(whole)?.[1]?.trim();
  if (fenced !== undefined && isJson(fenced)) return fenced;
  let tries = 0;
  for (const { index } of whole.matchAll(/[{[]/g)) {
    tries += 1;
    if (tries > 20) break;
    const end = endOfValue(whole, index);
    const value = end === null ? null : whole.slice(index, end);
    if (value !== null && isJson(value)) return value;
  }
  return whole;
}

function isJson(text: string): boolean {
  if (!/^[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Behind the bracket that closes the one at `start`; null when none does. Brackets in strings do not count. */
function endOfValue(text: string, start: number): number | null {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (inString) {
      if (sign === "\\") at += 1;
      else if (sign === '"') inString = false;
    } else if (sign === '"') inString = true;
    else if (sign === "{" || sign === "[") depth += 1;
    else if (sign === "}" || sign === "]") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return null;
}
