import type { Columns } from "./columns.ts";
import type { SqlValue } from "./values.ts";

/** Something a request has to wait for; whoever drives the steps calls it and resumes when it resolves. */
export type Pause = () => Promise<void>;

/** Work that runs at once where it can and pauses where it must. */
export type Steps<T> = Generator<Pause, T, void>;

/** The arguments of one statement, as sent. */
export interface StatementArguments {
  readonly positional: readonly SqlValue[];
  readonly named: readonly NamedArgument[];
}

export const noArguments: StatementArguments = { positional: [], named: [] };

export interface NamedArgument {
  readonly name: string;
  readonly value: SqlValue;
}

/** Takes the rows of one statement as they are read. */
export interface RowSink {
  /** False where nobody reads the rows, so that nothing of them can be wrong. */
  readonly wantsRows?: boolean;
  /** Told of a statement that is about to run, or to be tried again: it may fail, or take long. */
  start?(columns: Columns): void;
  /** Called once, before the first row. */
  begin(columns: Columns): void;
  row(values: readonly SqlValue[]): void;
  /**
   * Takes columns and all rows at once, as JSON texts that are joined by commas, where that is what
   * `row` would make of them but for the digits of floats.
   *
   * @returns false, and it has taken nothing, where there is no room for so many digits
   */
  rows?(columns: Columns, count: number, json: string): boolean;
  /** Asked between rows: something to wait for before the next ones, if any. */
  pause(): Pause | undefined;
}

/** Takes no rows. */
export const discardRows: RowSink = {
  wantsRows: false,
  begin() {},
  row() {},
  pause: () => undefined,
};

/** The counters of one finished statement. */
export interface StatementSummary {
  readonly affectedRowCount: number;
  readonly lastInsertRowid: bigint | null;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly durationMs: number;
}

/** What `describe` tells of a statement. */
export interface Description {
  readonly parameters: readonly (string | null)[];
  readonly columns: Columns;
  readonly isExplain: boolean;
  readonly isReadonly: boolean;
}

/** Runs the statements of one stream, one after another. Every method throws `SqlError`. */
export interface Session {
  execute(sql: string, args: StatementArguments, sink: RowSink): Steps<StatementSummary>;
  /** Runs every statement of `sql` and drops their rows; stops at the first that fails. */
  sequence(sql: string): Steps<void>;
  /** Describes the first statement of `sql`. */
  describe(sql: string): Steps<Description>;
  isAutocommit(): boolean;
  /** Ends it; an open transaction is rolled back. */
  close(): void;
}
