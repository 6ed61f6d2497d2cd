import { foldCase } from "./names.ts";
import { Scanner } from "./scanner.ts";
import { TokenType } from "./tokens.ts";

/** The range of one statement inside a text, without its closing semicolon and the space around it. */
export interface StatementRange {
  readonly start: number;
  readonly end: number;
}

type State = "start" | "explain" | "create" | "header" | "body" | "separator" | "closed" | "plain";

/**
 * Says which semicolons end a statement. All do, except those inside `CREATE [TEMP] TRIGGER … BEGIN … END`, where
 * only the one after a `; END` does (SQLite: sqlite3_complete). Feed it each significant token of a text.
 */
export class StatementEnd {
  #state: State = "start";

  /**
   * Takes the next significant token.
   *
   * @param scanner the scanner that stands on it
   * @returns true if it is a semicolon that ends the statement; the state is then that of a new statement
   */
  feed(scanner: Scanner): boolean {
    if (scanner.type === TokenType.semicolon) return this.#semicolon();
    if (this.#state !== "plain" && this.#state !== "body") {
      this.#state = this.#after(scanner.type === TokenType.word ? foldCase(scanner.text()) : "");
    }
    return false;
  }

  #semicolon(): boolean {
    if (this.#state === "body" || this.#state === "separator") {
      this.#state = "separator";
      return false;
    }
    this.#state = "start";
    return true;
  }

  #after(word: string): State {
    switch (this.#state) {
      case "start":
        if (word === "explain") return "explain";
        return word === "create" ? "create" : "plain";
      case "explain":
        if (word === "query" || word === "plan") return "explain";
        return word === "create" ? "create" : "plain";
      case "create":
        if (word === "temp" || word === "temporary") return "create";
        return word === "trigger" ? "header" : "plain";
      case "header":
        return word === "begin" ? "body" : "header";
      case "separator":
        return word === "end" ? "closed" : "body";
      case "closed":
        return "body";
      default:
        return this.#state;
    }
  }
}

/**
 * Finds the statements of a text.
 *
 * @param sql any number of statements
 * @returns the range of each; statements that are empty or only comments are left out, and a token that is not
 *   terminated makes the rest of the text one statement, for SQLite to refuse
 */
export function splitStatements(sql: string): StatementRange[] {
  const scanner = new Scanner(sql);
  const boundary = new StatementEnd();
  const statements: StatementRange[] = [];
  let start = -1;
  let end = -1;
  for (
    let type = scanner.nextSignificant();
    type !== TokenType.end;
    type = scanner.nextSignificant()
  ) {
    if (boundary.feed(scanner)) {
      if (start !== -1) statements.push({ start, end });
      start = -1;
    } else {
      if (start === -1) start = scanner.start;
      end = scanner.end;
    }
  }
  if (start !== -1) statements.push({ start, end });
  return statements;
}
