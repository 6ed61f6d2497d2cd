import { words } from "./words.ts";
import { foldCase } from "./names.ts";
import { Scanner } from "./scanner.ts";
import { TokenType } from "./tokens.ts";

const beforeTable = new Set(words("into update table in to exists references ."));
const conflictActions = new Set(["rollback", "abort", "fail", "ignore", "replace"]);
// All of these are reserved words, so none of them can be a table of the FROM clause that they seem to end.
const afterFrom = new Set(words("where group having order limit union intersect except returning"));
const opensSubquery = new Set(["select", "values", "with"]);

/**
 * Tells the string literals that SQLite takes for the name of a table, as in `FROM 'fsdir'`, from those that are
 * values. It reads the text once, from front to back, however many literals it is asked about.
 */
export class TablePositions {
  readonly #scanner: Scanner;
  // One entry per open parenthesis and one for the text: are we in its FROM clause, so that a comma joins tables?
  readonly #inFrom: boolean[] = [false];
  #last = "";
  #beforeLast = "";

  constructor(sql: string) {
    this.#scanner = new Scanner(sql);
    this.#scanner.nextSignificant();
  }

  /**
   * Says whether the string literal at an offset names a table. Offsets must be asked for in ascending order.
   *
   * @param offset where the literal starts
   */
  isTable(offset: number): boolean {
    while (this.#scanner.start < offset && this.#scanner.type !== TokenType.end) {
      const symbol = this.#read();
      this.#beforeLast = this.#last;
      this.#last = symbol;
      this.#scanner.nextSignificant();
    }
    return this.#expectsTable();
  }

  #expectsTable(): boolean {
    if (conflictActions.has(this.#last)) return this.#beforeLast === "or";
    return beforeTable.has(this.#last) || this.#expectsJoined();
  }

  /** True where a FROM clause expects a table, or a parenthesis around several. */
  #expectsJoined(): boolean {
    const last = this.#last;
    if (last === "from") return this.#beforeLast !== "distinct";
    return last === "join" || ((last === "," || last === "(") && this.#inFrom.at(-1) === true);
  }

  /** Takes the current token in; returns what of it matters to the next one. */
  #read(): string {
    switch (this.#scanner.type) {
      case TokenType.word:
        return this.#word(foldCase(this.#scanner.text()));
      case TokenType.leftParen:
        this.#inFrom.push(this.#expectsJoined());
        return "(";
      case TokenType.rightParen:
        if (this.#inFrom.length > 1) this.#inFrom.pop();
        return "";
      case TokenType.comma:
        return ",";
      case TokenType.dot:
        return ".";
      case TokenType.semicolon:
        this.#inFrom.length = 0;
        this.#inFrom.push(false);
        return "";
      default:
        return "";
    }
  }

  #word(word: string): string {
    const level = this.#inFrom.length - 1;
    if (word === "from") this.#inFrom[level] ||= this.#last !== "distinct";
    else if (afterFrom.has(word)) this.#inFrom[level] = false;
    else if (this.#last === "(" && opensSubquery.has(word)) this.#inFrom[level] = false;
    return word;
  }
}
