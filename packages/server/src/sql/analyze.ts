import { classify } from "./classify.ts";
import { databaseListTable, withoutDatabaseList } from "./database-list.ts";
import { StatementReader } from "./reader.ts";
import { Refusal, type RefusalCode } from "./refusal.ts";
import type { AnalyzedStatement, StatementShape } from "./statement.ts";
import { TokenType } from "./tokens.ts";

/** The outcome of an analysis. The codes and their texts are those of sqld. */
export type Analysis =
  | { readonly ok: true; readonly statement: AnalyzedStatement }
  | { readonly ok: false; readonly code: RefusalCode; readonly message: string };

/**
 * The gate: takes the text of one statement, refuses what tenants may not run, and says what it will do. Every
 * statement of a tenant passes it before SQLite sees the text, those that define views and triggers included, so that
 * nothing stored has to be checked again when it runs.
 *
 * @param sql the text of one statement; space, comments and semicolons around it do not matter
 * @returns the statement, or the code and message of the refusal
 */
export function analyze(sql: string): Analysis {
  return attempt(sql, false);
}

function attempt(sql: string, isStored: boolean): Analysis {
  try {
    return { ok: true, statement: read(sql, isStored) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, code: error.code, message: error.message };
    throw error;
  }
}

/**
 * Checks SQL that is stored in a database file from elsewhere, one `sql` value of its sqlite_schema at a time.
 *
 * @param schemaSql the stored text of a table, index, view, trigger or virtual table
 * @returns why a database with it is refused, or null if it is harmless
 */
export function forbiddenIn(schemaSql: string): string | null {
  const analysis = attempt(schemaSql, true);
  if (!analysis.ok) return analysis.message;
  const { kind, verb } = analysis.statement;
  return kind === "ddl" && verb === "CREATE"
    ? null
    : Refusal.unsupported(`${verb} inside a schema`).message;
}

function read(sql: string, isStored: boolean): AnalyzedStatement {
  // SQLite stops at a NUL and would run something shorter than what was read here.
  if (sql.includes("\0")) throw Refusal.syntax('unrecognized token: "\\0"');
  const reader = new StatementReader(sql);
  reader.begin();
  if (reader.type === TokenType.end) throw Refusal.none();
  const explains = skipExplain(reader);
  const shape = classify(reader, isStored);
  reader.finish();
  const runsAs = reader.namesDatabaseList ? replaceDatabaseList(sql, shape, explains) : null;
  return describe(shape, explains, reader, runsAs);
}

function replaceDatabaseList(sql: string, { kind }: StatementShape, explains: Explained): string {
  const isRead = kind === "read" && explains === undefined;
  const text = isRead ? withoutDatabaseList(sql) : undefined;
  if (text !== undefined) return text;
  throw Refusal.unavailable(
    `"${databaseListTable}"`,
    "can be read in the FROM clause of a query, without arguments, and nowhere else",
  );
}

type Explained = "program" | "plan" | undefined;

/** What an EXPLAIN at the start asks for. */
function skipExplain(reader: StatementReader): Explained {
  if (!reader.skip("explain")) return undefined;
  if (!reader.skip("query")) return "program";
  if (!reader.skip("plan")) throw reader.syntaxError();
  return "plan";
}

function describe(
  shape: StatementShape,
  explains: Explained,
  reader: StatementReader,
  runsAs: string | null,
): AnalyzedStatement {
  const isExplain = explains !== undefined;
  // SQLite carries some pragmas out while it compiles them, and the program it shows holds the path of the file.
  if (isExplain && shape.kind === "pragma")
    throw Refusal.unsupported("EXPLAIN PRAGMA is not available");
  const { verb } = shape;
  // Spelled out because spreading the shape into the result costs twenty times the rest of the analysis.
  return {
    kind: isExplain ? "explain" : shape.kind,
    verb,
    isReadonly: shape.isReadonly,
    isExplain,
    isQueryPlan: explains === "plan",
    countsChanges: !isExplain && shape.kind === "write",
    insertsRows: !isExplain && (verb === "INSERT" || verb === "REPLACE"),
    setsConnectionState: shape.setsConnectionState,
    readsConnectionState: reader.readsConnectionState,
    pragma: shape.pragma,
    parameters: reader.parameters.names,
    neighbourCounts: reader.vectors.counts,
    separators: reader.separators.parameters,
    hazards: reader.hazards.hazards,
    runsAs,
  };
}
