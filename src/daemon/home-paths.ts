import { join } from "node:path";

/** Where the owner's own things lie. All paths are absolute. */
export interface HomePaths {
  home: string;
  config: string;
  database: string;
  contacts: string;
  /** What the contacts sheet says, and what it and contacts.csv last agreed on. */
  contactsSheet: string;
  contactsBase: string;
  /** The mirror of the Drive folder. */
  drive: string;
  rules: string;
  policy: string;
  originals: string;
  problems: string;
  log: string;
}

export function homePaths(home: string): HomePaths {
  return {
    home,
    config: join(home, "config.json"),
    database: join(home, "steward.db"),
    contacts: join(home, "contacts.csv"),
    contactsSheet: join(home, "contacts.sheet.csv"),
    contactsBase: join(home, "contacts.base.csv"),
    drive: join(home, "drive"),
    rules: join(home, "rules.md"),
    policy: join(home, "policy.yaml"),
    originals: join(home, "originals"),
    problems: join(home, "problems"),
    log: join(home, "steward.log"),
  };
}
