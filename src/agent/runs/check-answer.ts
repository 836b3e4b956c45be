/** An answer as the owner gets it. */
export interface CheckedAnswer {
  text: string;
  /** Items it named without having read them: their links were taken out. */
  unread: number[];
}

/**
 * Takes out the links to items that the run has not read: they prove nothing. Contract: pure; whatever the answer claims to have done
 * is not looked at here, because the owner is told from the store what cards there are and what became of them.
 */
export function checkAnswer(text: string, read: ReadonlySet<number>): CheckedAnswer {
  const unread = new Set<number>();
  const links = / ?\[((?:#\d{1,16}(?:, ?)?)+)\]/g;
  const checked = text.replace(links, (whole, inner: string, at: number) => {
    const ids = [...inner.matchAll(/\d+/g)].map(([id]) => Number(id));
    const kept = ids.filter((id) => read.has(id));
    for (const id of ids) if (!read.has(id)) unread.add(id);
    if (kept.length === ids.length) return whole;
    // Without a mark what stands around the one taken out could be a link: [#[#99]12].
    if (kept.length === 0) return /[[#\d, ]/.test(text.charAt(at - 1)) ? " –" : "";
    return `${whole.startsWith(" ") ? " " : ""}[${kept.map((id) => `#${id}`).join(", ")}]`;
  });
  return { text: checked.trim(), unread: [...unread].sort((a, b) => a - b) };
}
