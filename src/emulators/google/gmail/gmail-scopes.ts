const root = "https://www.googleapis.com/auth/";
const all = "https://mail.google.com/";
const modify = `${root}gmail.modify`;
const readonly = `${root}gmail.readonly`;
const compose = `${root}gmail.compose`;
const send = `${root}gmail.send`;
const insert = `${root}gmail.insert`;
const labels = `${root}gmail.labels`;
const settings = `${root}gmail.settings.basic`;
/** Headers only: no bodies, and no search. */
export const metadataScope = `${root}gmail.metadata`;

const reading = [all, modify, readonly] as const;
const listing = [...reading, metadataScope] as const;

interface Rule {
  methods: RegExp;
  /** What follows `/gmail/v1/users/<user>/`. */
  path: RegExp;
  scopes: readonly string[];
}

/**
 * Which scopes are enough for a request, any one of them; the first line that fits counts.
 * Source: "Authorization scopes" of each method at https://developers.google.com/workspace/gmail/api/reference/rest
 */
const rules: readonly Rule[] = [
  { methods: /GET/, path: /^profile$/, scopes: [...listing, compose] },
  { methods: /GET/, path: /^history$/, scopes: listing },
  { methods: /GET/, path: /\/attachments\//, scopes: reading },
  { methods: /GET/, path: /^(?:messages|threads)\b/, scopes: listing },
  { methods: /GET/, path: /^drafts\b/, scopes: [...reading, compose] },
  { methods: /GET/, path: /^labels\b/, scopes: [...listing, labels] },
  { methods: /GET/, path: /^settings\b/, scopes: [...reading, settings] },
  { methods: /POST/, path: /^messages\/send$/, scopes: [all, modify, compose, send] },
  { methods: /POST/, path: /^messages(?:\/import)?$/, scopes: [all, modify, insert] },
  { methods: /POST/, path: /^messages\/batchDelete$/, scopes: [all] },
  { methods: /POST/, path: /^(?:messages|threads)\//, scopes: [all, modify] },
  { methods: /DELETE/, path: /^(?:messages|threads)\//, scopes: [all] },
  { methods: /POST|PUT|DELETE/, path: /^drafts\b/, scopes: [all, modify, compose] },
  { methods: /POST|PUT|PATCH|DELETE/, path: /^labels\b/, scopes: [all, modify, labels] },
];
const anyScope = [...listing, compose, send, insert, labels, settings] as const;

/** Of a request to Gmail. A batch opens with any of them: what it holds is checked part by part. */
export function gmailScopes(method: string, path: string): readonly string[] {
  if (path.startsWith("/batch/")) return anyScope;
  const inside = path.replace(/^\/(?:(?:resumable\/)?upload\/)?gmail\/v1\/users\/[^/]+\//, "");
  return rules.find((rule) => rule.methods.test(method) && rule.path.test(inside))?.scopes ?? [all];
}

/** Whether a grant sees headers only. */
export function seesHeadersOnly(scopes: readonly string[]): boolean {
  return scopes.includes(metadataScope) && !reading.some((scope) => scopes.includes(scope));
}
