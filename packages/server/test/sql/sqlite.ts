import Database from "libsql";

/** What SQLite itself says about a text; the reference that the tests compare with. */
export class Sqlite {
  readonly #handle = new Database(":memory:");
  #marks = 0;

  /** Runs statements, one text each. */
  run(...statements: readonly string[]): this {
    for (const sql of statements) this.#handle.exec(sql);
    return this;
  }

  /** The rows of a query, as arrays. */
  rows(sql: string): unknown[][] {
    const rows: unknown[] = this.#handle.prepare(sql).raw().all();
    return rows.filter(Array.isArray);
  }

  /** The first column of a query, as text. */
  names(sql: string): string[] {
    return this.rows(sql).map(([name]) => String(name));
  }

  /** What SQLite says against a text when it compiles it; null if nothing. */
  complaint(sql: string): string | null {
    try {
      this.#handle.prepare(sql);
      return null;
    } catch (error) {
      if (error instanceof Error) return error.message;
      throw error;
    }
  }

  /** Compiles a text: how far its first statement reaches, and whether that only reads. */
  compile(sql: string): { readonly first: string; readonly isReadonly: boolean } {
    this.#marks += 1;
    const mark = `/*${this.#marks}*/`;
    this.#handle.prepare(mark + sql);
    const [row] = this.rows(`SELECT sql, ro FROM sqlite_stmt WHERE sql LIKE '${mark}%'`);
    return { first: String(row?.[0]).slice(mark.length), isReadonly: Number(row?.[1]) === 1 };
  }

  /** The parameters that a statement uses: their names by number. */
  parameters(sql: string): Map<number, string | null> {
    const used = new Map<number, string | null>();
    for (const [, opcode, number, , , name] of this.rows(`EXPLAIN ${sql}`)) {
      if (opcode !== "Variable") continue;
      used.set(
        Number(number),
        typeof name === "string" ? name : (used.get(Number(number)) ?? null),
      );
    }
    return used;
  }
}
