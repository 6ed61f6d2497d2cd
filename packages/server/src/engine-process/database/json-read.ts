import { isWhole, mostColumns, rowsAsJson, type WritableType } from "../../hrana/json/row-sql.ts";
import type { SqlValue } from "../../hrana/values.ts";
import { splitStatements } from "../../sql/index.ts";
import { readsTheSameInside } from "./same-inside.ts";
import { type Handle, isRow, type PreparedStatement, prepareStatement } from "./binding.ts";

/** Preparing it takes as long as reading so many rows one by one. */
const worthwhileRows = 32;
/** With more rows or longer texts, too much memory would be taken at once, and others would wait. */
const mostRows = 10_000;
const mostLength = 4 * 1024 ** 2;

/** All rows of a read, as JSON texts that are joined by commas. */
export interface JsonRows {
  readonly count: number;
  readonly json: string;
}

/**
 * A read that is run again and again: once it has had many rows, in one run or in several, it is
 * worth letting SQLite write their JSON. The binding turns each value into a JavaScript one slowly,
 * and each run into an iterator, which takes longer than looking up a row.
 */
export class JsonRead {
  readonly #handle: Handle;
  readonly #sql: string;
  #types: readonly WritableType[] = [];
  #rowsSeen = 0;
  #isWorthIt = false;
  #isImpossible = false;
  #query: PreparedStatement | undefined;

  constructor(handle: Handle, sql: string) {
    this.#handle = handle;
    this.#sql = sql;
  }

  /** Notes how many rows the read had when they were read one by one, and what they are like. */
  sawRows(count: number, example: readonly SqlValue[]): void {
    this.#rowsSeen += count;
    this.#isWorthIt = this.#rowsSeen >= worthwhileRows && count <= mostRows;
    if (count === 0 || this.#isImpossible || this.#query !== undefined) return;
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
    const rows = this.#run(values);
    // Until they are read one by one again, nobody knows.
    this.#isWorthIt = rows !== undefined;
    return rows;
  }

  #run(values: readonly SqlValue[]): JsonRows | undefined {
    const row = this.#get(values);
    const [count, json] = isRow(row) ? row : [];
    if (typeof count !== "bigint" || count > mostRows) return undefined;
    if (count === 0n) return { count: 0, json: "" };
    if (typeof json !== "string") return undefined;
    this.#isImpossible = !isWhole(json) || json.length > mostLength;
    return isWhole(json) ? { count: Number(count), json } : undefined;
  }

  #get(values: readonly SqlValue[]): unknown {
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
