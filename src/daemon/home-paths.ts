import { join } from "node:path";

/** Where the owner's own things lie. All paths are absolute. */
export interface HomePaths {
  home: string;
  config: string;
  database: string;
  contacts: string;
  rules: string;
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
    rules: join(home, "rules.md"),
    originals: join(home, "originals"),
    problems: join(home, "problems"),
    log: join(home, "steward.log"),
  };
}
