import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { ZodType } from "zod";

export type SqlValue = string | number | bigint | Uint8Array | null;

/**
 * One SQLite connection with its prepared statements. Only `src/store/` sees it. Rows are parsed by the schema given;
 * a row that does not fit is a bug or a foreign hand in the database and throws.
 */
export class Connection {
  readonly database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #writes = new Map<string, StatementSync>();

  constructor(path: string, options: { readOnly: boolean; busyTimeoutMs: number }) {
    this.database = new DatabaseSync(path, { readOnly: options.readOnly, timeout: options.busyTimeoutMs });
  }

  run(sql: string, ...values: SqlValue[]): { changes: number; lastId: number } {
    const result = this.#prepareWrite(sql).run(...values);
    return { changes: Number(result.changes), lastId: Number(result.lastInsertRowid) };
  }

  all<Row>(schema: ZodType<Row>, sql: string, ...values: SqlValue[]): Row[] {
    return this.#prepare(sql)
      .all(...values)
      .map((row) => schema.parse(row));
  }

  get<Row>(schema: ZodType<Row>, sql: string, ...values: SqlValue[]): Row | null {
    const row = this.#prepare(sql).get(...values);
    return row === undefined ? null : schema.parse(row);
  }

  /** One number from a one-column query, null when there is no row or it is NULL. For hot paths. */
  number(sql: string, ...values: SqlValue[]): number | null {
    const row = this.#prepare(sql).get(...values);
    if (row === undefined) return null;
    const value = Object.values(row)[0];
    return typeof value === "number" ? value : null;
  }

  /** The first column of every row, as numbers. For hot paths. */
  numbers(sql: string, ...values: SqlValue[]): number[] {
    const statement = this.#prepare(sql);
    statement.setReturnArrays(true);
    try {
      return statement.all(...values).map((row) => Number(Reflect.get(row, 0)));
    } finally {
      statement.setReturnArrays(false);
    }
  }

  exec(sql: string): void {
    this.database.exec(sql);
  }

  close(): void {
    this.#statements.clear();
    this.#writes.clear();
    this.database.close();
  }

  /** A delete from the search index leaves an internal row number over 2^53 as last id, which node refuses as a number. */
  #prepareWrite(sql: string): StatementSync {
    const known = this.#writes.get(sql);
    if (known !== undefined) return known;
    const statement = this.database.prepare(sql);
    statement.setReadBigInts(true);
    this.#writes.set(sql, statement);
    return statement;
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
