/** Why a text is no statement that may run. The codes are those of sqld, so that clients see the same ones. */
export type RefusalCode =
  | "SQL_NO_STATEMENT"
  | "SQL_MANY_STATEMENTS"
  | "SQL_PARSE_ERROR"
  | "SQL_INPUT_ERROR";

/** Thrown inside the analysis and turned into a value before it leaves it. */
export class Refusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.name = "Refusal";
    this.code = code;
  }

  /** The text has no statement in it. */
  static none(): Refusal {
    return new Refusal("SQL_NO_STATEMENT", "SQL string does not contain any statement");
  }

  /** The text goes on after its first statement. */
  static many(): Refusal {
    return new Refusal("SQL_MANY_STATEMENTS", "SQL string contains more than one statement");
  }

  /** The text is not SQL. */
  static syntax(problem: string): Refusal {
    return new Refusal("SQL_PARSE_ERROR", `SQL string could not be parsed: ${problem}`);
  }

  /** The text is SQL that tenants may not run. */
  static unsupported(problem: string): Refusal {
    return Refusal.syntax(`unsupported statement: ${problem}`);
  }

  /** The text uses a name that is not available. */
  static unavailable(what: string, reason: string): Refusal {
    return Refusal.unsupported(`${what} is not available: it ${reason}`);
  }

  /** SQLite would refuse the text at an offset, counted in UTF-16 units. */
  static input(problem: string, sql: string, offset: number): Refusal {
    const bytes = Buffer.byteLength(sql.slice(0, offset));
    return new Refusal("SQL_INPUT_ERROR", `SQL input error: ${problem} (at offset ${bytes})`);
  }
}
