import { isDeepStrictEqual } from "node:util";
import type { Result } from "./peer.ts";
import type { Step } from "./scripts.ts";

/** Something in which this server differs from sqld, and is meant to. */
export interface Difference {
  /** Its row in `docs/differences.md`. */
  readonly subject: string;
  /** Where the two differ. */
  readonly example: readonly Step[];
  /** Whether it is why they differ here; without it, random scripts never meet it. */
  explains?(ours: Result, theirs: Result, sql: string, stream: Step["stream"]): boolean;
}

const one = { type: "integer", value: "1" } as const;

export const differences: readonly Difference[] = [
  {
    subject: "`SQL_INPUT_ERROR`",
    example: writes(execute("SELECT 1 FROM t LEFT JOIN u ON d")),
    explains(ours, theirs) {
      const codes = new Set(["SQL_INPUT_ERROR", "SQLITE_UNKNOWN"]);
      return codes.has(codeOf(ours) ?? "") && codes.has(codeOf(theirs) ?? "");
    },
  },
  {
    subject: "row id of an `INSERT` that inserted nothing",
    example: [
      ...writes(execute("INSERT INTO t VALUES (7, 7, 7)"), { type: "close" }),
      ...writes(execute("INSERT OR IGNORE INTO t VALUES (7, 7, 7)")),
    ],
    explains: (ours, theirs) =>
      "ok" in ours && "ok" in theirs && isDeepStrictEqual(withoutRowid(ours), withoutRowid(theirs)),
  },
  {
    subject: "row id of an `INSERT` that inserted nothing",
    example: [
      ...writes(execute("CREATE TABLE w (a PRIMARY KEY) WITHOUT ROWID"), { type: "close" }),
      ...writes(execute("INSERT INTO w VALUES (1)")),
    ],
  },
  {
    subject: "`changes()` at the beginning of a transaction",
    example: [
      ...writes(execute("DELETE FROM t"), { type: "close" }),
      ...writes(execute("BEGIN"), execute("SELECT changes()")),
    ],
    explains: (_ours, _theirs, sql) => /changes|last_insert_rowid/.test(sql),
  },
  {
    subject: "columns of a table that another stream altered",
    example: [
      { stream: "reader", version: 3, requests: [execute("SELECT 1")] },
      ...writes(execute("ALTER TABLE t ADD COLUMN d")),
      { stream: "reader", version: 3, requests: [execute("SELECT * FROM t")] },
    ],
    explains: (ours, theirs, sql, stream) =>
      stream === "reader" && sql.includes("*") && "ok" in ours && "ok" in theirs,
  },
  {
    subject: "`is_readonly` of `REINDEX`",
    example: writes({ type: "describe", sql: "REINDEX" }),
    explains: (_ours, _theirs, sql) => sql === "REINDEX",
  },
  {
    subject: "texts that are no statement",
    example: writes(execute("/* SELECT")),
    explains(ours, theirs, sql) {
      const codes = new Set(["SQL_PARSE_ERROR", "SQL_NO_STATEMENT", "SQL_MANY_STATEMENTS"]);
      if (codes.has(codeOf(ours) ?? "")) return "error" in theirs;
      return codes.has(codeOf(theirs) ?? "") && /^\uFEFF|\/\*/.test(sql);
    },
  },
  {
    subject: "SQL that the parser of sqld does not know",
    example: writes(execute("SELECT group_concat(a ORDER BY a DESC) FROM t")),
  },
  {
    subject: "SQL that the parser of sqld does not know",
    example: writes(execute("PRAGMA ignore_check_constraints")),
  },
  {
    subject: "several statements where one is allowed",
    example: writes(execute("SELECT 1; SELECT")),
    explains: (ours) => codeOf(ours) === "SQL_MANY_STATEMENTS",
  },
  {
    subject: "batches and sequences with a text that is no SQL",
    example: writes(
      { type: "sequence", sql: "INSERT INTO t VALUES (3, 3, 3); SELEC 1" },
      execute("SELECT a FROM t"),
    ),
  },
  {
    subject: "positional and named arguments in one step of a batch",
    example: writes({
      type: "batch",
      batch: {
        steps: [
          { stmt: { sql: "SELECT 1" } },
          { stmt: { sql: "SELECT ?, :b", args: [one], named_args: [{ name: "b", value: one }] } },
        ],
      },
    }),
  },
  {
    subject: "what precedes a malformed request",
    example: [
      {
        stream: "writer",
        version: 2,
        requests: [execute("DROP TABLE t"), { type: "get_autocommit" }],
      },
      ...writes(execute("SELECT a FROM t")),
    ],
  },
  {
    subject: "`describe` of what cannot be run",
    example: writes({ type: "describe", sql: "VACUUM" }),
  },
  {
    subject: "`describe` of a text that is no SQL",
    example: writes({ type: "describe", sql: "SELEC 1" }),
  },
  {
    subject: "`want_rows: false`",
    example: writes({ type: "execute", stmt: { sql: "SELECT 1", want_rows: false } }),
  },
];

/** The difference that explains why two results are not the same, if one does. */
export function explain(
  ours: Result,
  theirs: Result,
  sql: string,
  stream: Step["stream"],
): Difference | undefined {
  return differences.find((each) => each.explains?.(ours, theirs, sql, stream) === true);
}

function withoutRowid({ ok }: { ok: unknown }): unknown {
  return typeof ok === "object" && ok !== null ? { ...ok, last_insert_rowid: "" } : ok;
}

function codeOf(result: Result): string | undefined {
  return "error" in result ? result.error.code : undefined;
}

function execute(sql: string): Step["requests"][number] {
  return { type: "execute", stmt: { sql } };
}

function writes(...requests: Step["requests"]): Step[] {
  return [{ stream: "writer", version: 3, requests }];
}
