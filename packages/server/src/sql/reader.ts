import { words } from "./words.ts";
import { connectionStateFunctions, forbiddenTables, forbiddenFunction } from "./forbidden.ts";
import { databaseListTable } from "./database-list.ts";
import { HazardReader } from "./hazards.ts";
import { canName, foldCase, nameIn } from "./names.ts";
import { ParameterNumbering } from "./parameters.ts";
import { TablePositions } from "./position.ts";
import { isForbiddenPragmaTable } from "./pragmas.ts";
import { Refusal } from "./refusal.ts";
import { Scanner } from "./scanner.ts";
import { Separators } from "./separators.ts";
import { StatementEnd } from "./split.ts";
import { WriteTargets } from "./targets.ts";
import { TokenType } from "./tokens.ts";
import { vectorSearch, VectorCalls } from "./vectors.ts";

// A name in one of these places is a table with its columns, never a call.
const beforeTableWithColumns = new Set(words("table into exists references view with recursive ."));
const longestName = 40;
// libSQL keeps a vector index in a table of this name and follows what it finds there without checking it.
const vectorTableSuffix = "_shadow";

/**
 * Reads the significant tokens of one statement and applies to each what the gate asks of every token, wherever it
 * stands: no illegal token, no forbidden function, table or pragma; parameters numbered. Throws a Refusal.
 */
export class StatementReader {
  readonly parameters = new ParameterNumbering();
  readonly vectors = new VectorCalls();
  readonly separators = new Separators();
  readonly hazards: HazardReader;
  readsConnectionState = false;
  /** It names `pragma_database_list`, which has to be replaced. */
  namesDatabaseList = false;
  /** The type of the current token; `end` after the last one of the statement. */
  type: TokenType = TokenType.end;
  /** The current token if it is a word or quoted name: without quotes, case folded. Otherwise empty. */
  name = "";
  /** Set inside `CREATE VIRTUAL TABLE`, where a module may use any name or string as that of a table. */
  inModule = false;
  /** Set where the module may use it as that of a function, too. */
  moduleCalls = false;
  /** Set at a name behind which its columns stand, if there is a parenthesis. */
  columnsFollow = false;
  /** Set inside `CREATE INDEX`, whose table has a list of columns. */
  inIndex = false;
  /** Set where the tables of vector indexes may be named: in a schema that is read back from a file. */
  allowsVectorTables = false;

  readonly #scanner: Scanner;
  readonly #boundary = new StatementEnd();
  readonly #targets = new WriteTargets();
  #beforeName = "";
  #positions: TablePositions | undefined;
  #finished = false;

  constructor(sql: string) {
    this.#scanner = new Scanner(sql);
    this.hazards = new HazardReader(sql);
  }

  /** Moves to the first token of the statement, past the semicolons in front of it. */
  begin(): void {
    do this.#scanner.nextSignificant();
    while (this.#scanner.type === TokenType.semicolon);
    this.#accept("");
  }

  /** Moves to the next token of the statement and returns its type. */
  advance(): TokenType {
    if (this.#finished) return this.type;
    const before =
      this.type === TokenType.dot ? "." : this.type === TokenType.word ? this.name : "";
    const type = this.#scanner.nextSignificant();
    if (type === TokenType.leftParen) this.#call();
    return this.#accept(before);
  }

  /** Reads the statement to its end and makes sure that no other follows it. */
  finish(): void {
    while (this.advance() !== TokenType.end);
    while (this.#scanner.type === TokenType.semicolon) this.#scanner.nextSignificant();
    if (this.#scanner.type !== TokenType.end) throw Refusal.many();
  }

  /** True if the current token is this keyword, given in lower case. */
  is(keyword: string): boolean {
    return this.type === TokenType.word && this.name === keyword;
  }

  /** Moves past the current token if it is this keyword, given in lower case, and says whether it was. */
  skip(keyword: string): boolean {
    const found = this.is(keyword);
    if (found) this.advance();
    return found;
  }

  /**
   * Takes the current token as a name, which may be written as a string too (SQLite: grammar symbol nm), and moves on.
   *
   * @returns the name without quotes, case folded
   */
  takeName(): string {
    if (!canName(this.type)) throw this.syntaxError();
    const name = nameIn(this.type, this.#scanner.text());
    this.advance();
    return name;
  }

  /** The refusal that SQLite itself would answer to the current token. */
  syntaxError(): Refusal {
    if (this.type === TokenType.end) return Refusal.syntax("incomplete input");
    return Refusal.syntax(`near "${this.#scanner.text()}": syntax error`);
  }

  /** The current token, as written. */
  text(): string {
    return this.#scanner.text();
  }

  #accept(before: string): TokenType {
    const scanner = this.#scanner;
    this.name = "";
    if (scanner.type === TokenType.end || this.#boundary.feed(scanner)) {
      this.#finished = true;
      this.type = TokenType.end;
      return this.type;
    }
    this.type = scanner.type;
    let parameter = 0;
    if (scanner.type === TokenType.word || scanner.type === TokenType.quoted) {
      this.#beforeName = before;
      this.name = nameIn(scanner.type, scanner.text());
      this.#checkName(this.name);
    } else if (scanner.type === TokenType.string) {
      this.#checkString();
    } else if (scanner.type === TokenType.parameter) {
      if (!this.inModule) {
        parameter = this.parameters.add(scanner.text(), scanner.sql, scanner.start);
      }
    } else if (scanner.type === TokenType.illegal) {
      throw Refusal.syntax(`unrecognized token: "${scanner.text()}"`);
    }
    this.vectors.feed(scanner, this.name, parameter);
    this.separators.feed(scanner, this.name, parameter);
    if (this.inModule) this.hazards.moduleArgument(this.name);
    else this.hazards.feed(scanner, this.name);
    if (this.#targets.feed(scanner.type, scanner.type === TokenType.word ? this.name : ""))
      this.#checkTarget();
    return this.type;
  }

  #checkTarget(): void {
    const name = nameIn(this.#scanner.type, this.#scanner.text());
    if (this.allowsVectorTables || !name.endsWith(vectorTableSuffix)) return;
    throw Refusal.unsupported(
      `"${name}" cannot be created or changed: names that end in ${vectorTableSuffix} belong to vector indexes`,
    );
  }

  /** Why a name is refused where a table may stand, or undefined. */
  #reason(name: string): string | undefined {
    if (isForbiddenPragmaTable(name)) return "is a pragma that is not available";
    return forbiddenTables.get(name) ?? (this.moduleCalls ? forbiddenFunction(name) : undefined);
  }

  #checkName(name: string): void {
    const reason = this.#reason(name);
    if (reason === undefined) return;
    if (name !== databaseListTable) throw Refusal.unavailable(`"${name}"`, reason);
    this.namesDatabaseList = true;
  }

  /** A string is the name of a table where SQLite expects one; elsewhere it is a value. */
  #checkString(): void {
    const { sql, start, end } = this.#scanner;
    if (end - start > longestName) return;
    const name = foldCase(sql.slice(start + 1, end - 1));
    const reason = name === vectorSearch ? "has to be written without quotes" : this.#reason(name);
    if (reason === undefined) return;
    this.#positions ??= new TablePositions(sql);
    if (this.inModule || this.#positions.isTable(start))
      throw Refusal.unavailable(`'${name}'`, reason);
  }

  /** The first `ON` of `CREATE INDEX` stands before its table. */
  #isIndexed(): boolean {
    if (!this.inIndex || this.#beforeName !== "on") return false;
    this.inIndex = false;
    return true;
  }

  #call(): void {
    if (this.name === "") return;
    if (connectionStateFunctions.has(this.name)) this.readsConnectionState = true;
    const isTable =
      this.columnsFollow || beforeTableWithColumns.has(this.#beforeName) || this.#isIndexed();
    const reason = isTable ? undefined : forbiddenFunction(this.name);
    if (reason === undefined) return;
    throw Refusal.unavailable(`the function ${this.name}`, reason);
  }
}
