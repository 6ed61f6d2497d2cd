import { isWhole, mostColumns, rowsAsJson, type WritableType } from "../hrana/json/row-sql.ts";
import type { SqlValue } from "../hrana/values.ts";
import { splitStatements } from "../sql/index.ts";
import { readsTheSameInside } from "./same-inside.ts";
import { type Handle, isRow, type PreparedStatement, prepareStatement } from "./binding.ts";

/** With fewer rows, reading them one by one is as fast. */
const fewestRows = 32;
/** With more rows or longer texts, too much memory would be taken at once, and others would wait. */
const mostRows = 10_000;
const mostLength = 4 * 1024 ** 2;

/** All rows of a read, as JSON texts that are joined by commas. */
export interface JsonRows {
  readonly count: number;
  readonly json: string;
}

/**
 * A read that is run again and again: where it had many rows the last time, it is worth letting
 * SQLite write their JSON, for the binding turns each value into a JavaScript one slowly.
 */
export class WideRead {
  readonly #handle: Handle;
  readonly #sql: string;
  #types: readonly WritableType[] = [];
  #isWorthIt = false;
  #isImpossible = false;
  #query: PreparedStatement | undefined;

  constructor(handle: Handle, sql: string) {
    this.#handle = handle;
    this.#sql = sql;
  }

  /** Notes how many rows the read had when they were read one by one, and what they are like. */
  sawRows(count: number, example: readonly SqlValue[]): void {
    this.#isWorthIt = count >= fewestRows && count <= mostRows;
    if (!this.#isWorthIt || this.#isImpossible || this.#query !== undefined) return;
    const types = example.map(typeOf);
    this.#types = types.filter((type) => type !== undefined);
    this.#isImpossible = this.#types.length < types.length || types.length > mostColumns;
  }

  /**
   * Reads all rows.
   *
   * @returns undefined where they have to be read one by one
   */
  read(values: readonly SqlValue[]): JsonRows | undefined {
    if (!this.#isWorthIt || this.#isImpossible) return undefined;
    // Until they are read one by one again, nobody knows.
    this.#isWorthIt = false;
    const row = this.#run(values);
    const [count, json] = isRow(row) ? row : [];
    if (typeof count !== "bigint" || count > mostRows) return undefined;
    if (count === 0n) return { count: 0, json: "" };
    if (typeof json !== "string") return undefined;
    this.#isImpossible = !isWhole(json);
    if (this.#isImpossible) return undefined;
    this.#isWorthIt = count >= fewestRows && json.length <= mostLength;
    return { count: Number(count), json };
  }

  #run(values: readonly SqlValue[]): unknown {
    try {
      return this.#prepare()?.statement.get(values);
    } catch {
      // Whatever it is, it is told in its own words where the rows are read one by one.
      this.#isImpossible = this.#query === undefined;
      return undefined;
    }
  }

  #prepare(): PreparedStatement | undefined {
    if (this.#query !== undefined) return this.#query;
    const [range = { start: 0, end: 0 }] = splitStatements(this.#sql);
    const sql = this.#sql.slice(range.start, range.end);
    this.#isImpossible = !readsTheSameInside(this.#handle, sql);
    if (this.#isImpossible) return undefined;
    this.#query = prepareStatement(this.#handle, rowsAsJson(sql, this.#types, mostRows + 1));
    return this.#query;
  }
}

function typeOf(value: SqlValue): WritableType | undefined {
  switch (typeof value) {
    case "bigint":
      return "integer";
    case "string":
      return "text";
    case "number":
      return "real";
    default:
      return value === null ? "null" : undefined;
  }
}
