import type { Connection } from "./connection.ts";
import type { Store, Tx } from "./open-store.ts";

/** A read goes through the reading connection, or, inside a transaction, through the one that sees its own writes. */
export type Reading = Pick<Store, "read"> | Pick<Tx, "sql">;

export function sqlOf(reading: Reading): Connection {
  return "read" in reading ? reading.read : reading.sql;
}
