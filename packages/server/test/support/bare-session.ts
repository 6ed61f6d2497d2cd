import type { Database } from "../../src/engine-process/database/database.ts";
import { DatabaseSession } from "../../src/engine-process/statements/session.ts";
import type { RowSink } from "../../src/hrana/session.ts";
import { defaultLimits } from "../../src/options/limits.ts";

/** Takes rows, and keeps none. */
export const noRows: RowSink = { begin() {}, row() {}, pause: () => undefined };

const hooks = {
  statement() {},
  slowStatement() {},
  isHeldUp: () => false,
  writerWaits() {},
  lockWaits: new Map(),
  breath: () => undefined,
  statementTimeout: Infinity,
  limits: defaultLimits,
};

/** A session on a database that no engine process has. */
export function bareSession(database: Database): DatabaseSession {
  return new DatabaseSession(database, hooks, { access: "full-access", place: undefined });
}
