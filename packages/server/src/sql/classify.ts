import { allowedModules, callingModules } from "./forbidden.ts";
import { findPragma } from "./pragmas.ts";
import type { StatementReader } from "./reader.ts";
import { Refusal } from "./refusal.ts";
import type { StatementKind, StatementShape, Verb } from "./statement.ts";
import { TokenType } from "./tokens.ts";

const shape = (kind: StatementKind, verb: Verb, isReadonly: boolean): StatementShape => ({
  kind,
  verb,
  isReadonly,
  setsConnectionState: false,
  pragma: null,
});

const selectShape = shape("read", "SELECT", true);
const valuesShape = shape("read", "VALUES", true);
const insertShape = shape("write", "INSERT", false);
const replaceShape = shape("write", "REPLACE", false);
const updateShape = shape("write", "UPDATE", false);
const deleteShape = shape("write", "DELETE", false);
const createShape = shape("ddl", "CREATE", false);
const rollbackShape = shape("rollback", "ROLLBACK", true);
const rollbackToShape = shape("rollbackTo", "ROLLBACK", true);

const dataStatements: ReadonlyMap<string, StatementShape> = new Map([
  ["select", selectShape],
  ["values", valuesShape],
  ["insert", insertShape],
  ["replace", replaceShape],
  ["update", updateShape],
  ["delete", deleteShape],
]);

const simpleStatements: ReadonlyMap<string, StatementShape> = new Map([
  ...dataStatements,
  ["commit", shape("commit", "COMMIT", true)],
  ["end", shape("commit", "END", true)],
  ["savepoint", shape("savepoint", "SAVEPOINT", true)],
  ["release", shape("release", "RELEASE", true)],
  ["reindex", shape("ddl", "REINDEX", false)],
  ["alter", shape("ddl", "ALTER", false)],
]);

const refusedStatements: ReadonlyMap<string, string> = new Map([
  ["attach", "ATTACH is not available: a connection sees its own database only"],
  ["detach", "DETACH is not available: a connection sees its own database only"],
  ["vacuum", "VACUUM is not available: it rewrites the whole file and can write to another one"],
  ["analyze", "ANALYZE is not available"],
]);

const locking = new Set(["immediate", "exclusive"]);

/**
 * Reads the head of a statement, as far as needed to know what it does, and refuses what tenants may not run
 * (SQLite: SQL As Understood By SQLite).
 *
 * @param reader a reader that stands on the first token, after an EXPLAIN
 * @param isStored the statement is part of a schema that is read back from a file
 * @returns what the statement does; the reader stands somewhere inside it
 */
export function classify(reader: StatementReader, isStored: boolean): StatementShape {
  if (reader.type !== TokenType.word) throw reader.syntaxError();
  const verb = reader.name;
  const simple = simpleStatements.get(verb);
  if (simple !== undefined) return simple;
  const refused = refusedStatements.get(verb);
  if (refused !== undefined) throw Refusal.unsupported(refused);
  switch (verb) {
    case "with":
      return classifyWith(reader);
    case "begin":
      return classifyBegin(reader);
    case "rollback":
      return classifyRollback(reader);
    case "create":
      return classifyCreate(reader, isStored);
    case "drop":
      return classifyDrop(reader);
    case "pragma":
      return classifyPragma(reader);
    default:
      throw reader.syntaxError();
  }
}

/** The verb after common table expressions is the first one outside parentheses that follows a closing one. */
function classifyWith(reader: StatementReader): StatementShape {
  let depth = 0;
  let last: string = "with";
  while (reader.advance() !== TokenType.end) {
    const { type } = reader;
    const verb = type === TokenType.word ? dataStatements.get(reader.name) : undefined;
    if (depth === 0) {
      if (last === ")" && verb !== undefined) return verb;
      if (!mayFollow(last, reader)) throw reader.syntaxError();
      reader.columnsFollow = last === ",";
      last = type === TokenType.word ? reader.name : reader.text();
    }
    if (type === TokenType.leftParen) depth += 1;
    if (type === TokenType.rightParen) depth -= 1;
    if (type === TokenType.rightParen && depth === 0) last = ")";
  }
  throw reader.syntaxError();
}

/** Whether the current token may stand behind another one between common table expressions, which it goes on with. */
function mayFollow(last: string, reader: StatementReader): boolean {
  if (last === ")") return reader.type === TokenType.comma || reader.is("as");
  if (last !== "as") return !reader.is("select");
  return reader.type === TokenType.leftParen || reader.is("not") || reader.is("materialized");
}

function classifyBegin(reader: StatementReader): StatementShape {
  reader.advance();
  return shape("begin", "BEGIN", !locking.has(reader.name));
}

function classifyRollback(reader: StatementReader): StatementShape {
  while (reader.advance() !== TokenType.end) if (reader.is("to")) return rollbackToShape;
  return rollbackShape;
}

function classifyCreate(reader: StatementReader, isStored: boolean): StatementShape {
  reader.advance();
  reader.allowsVectorTables = isStored && reader.is("table");
  if (reader.is("temp") || reader.is("temporary")) throw temporary();
  if (reader.is("function")) throw functions();
  if (reader.skip("virtual")) reader.inModule = true;
  const unique = !reader.inModule && reader.skip("unique");
  const allowed = reader.inModule
    ? ["table"]
    : unique
      ? ["index"]
      : ["table", "index", "view", "trigger"];
  const isIndex = reader.is("index");
  if (!allowed.some((word) => reader.skip(word))) throw reader.syntaxError();
  reader.inIndex = isIndex;
  if (reader.skip("if")) {
    if (!reader.skip("not") || !reader.skip("exists")) throw reader.syntaxError();
  }
  const schema = reader.takeName();
  if (reader.type === TokenType.dot) {
    if (schema === "temp") throw temporary();
    reader.advance();
    reader.takeName();
  }
  if (reader.inModule) checkModule(reader);
  return createShape;
}

function checkModule(reader: StatementReader): void {
  if (!reader.skip("using")) throw reader.syntaxError();
  const name = reader.takeName();
  if (!allowedModules.has(name))
    throw Refusal.unsupported(`the virtual table module ${name} is not available`);
  reader.moduleCalls = callingModules.has(name);
  reader.hazards.module(name);
}

function classifyDrop(reader: StatementReader): StatementShape {
  reader.advance();
  if (reader.is("function")) throw functions();
  if (!["table", "index", "view", "trigger"].some((word) => reader.is(word)))
    throw reader.syntaxError();
  return shape("ddl", "DROP", false);
}

/** `PRAGMA [schema.]name`, `PRAGMA [schema.]name = value` or `PRAGMA [schema.]name(value)`. */
function classifyPragma(reader: StatementReader): StatementShape {
  reader.advance();
  let schema = "main";
  let name = reader.takeName();
  if (reader.type === TokenType.dot) {
    reader.advance();
    schema = name;
    name = reader.takeName();
  }
  const pragma = findPragma(name);
  if (pragma === undefined) throw Refusal.unsupported(`PRAGMA ${name} is not available`);
  const base = { ...shape("pragma", "PRAGMA", pragma.isReadonly), pragma: name };
  if (reader.type === TokenType.end) return base;
  if (reader.type !== TokenType.leftParen && !/^==?$/.test(reader.text()))
    throw reader.syntaxError();
  if (pragma.value === "none")
    throw Refusal.unsupported(`PRAGMA ${name} can be read here and not set`);
  if (pragma.value === "asks") return base;
  // The schema temp belongs to the connection, so that even a setting of its file does.
  const setsFile = pragma.value === "setsFile" && schema === "main";
  return { ...base, isReadonly: pragma.value === "setsConnection", setsConnectionState: !setsFile };
}

function temporary(): Refusal {
  return Refusal.unsupported(
    "temporary tables, views, triggers and indexes are not available: connections are shared",
  );
}

function functions(): Refusal {
  return Refusal.unsupported("user-defined functions are not available");
}
