import type { PipelineRequest, Statement } from "../hrana/requests.ts";

/** A statement that is all of its request. */
export interface OnlyStatement {
  readonly statement: Statement;
  readonly sql: string;
}

/** The statement of a request that runs one, on a stream of its own. */
export function onlyStatement({ baton, requests }: PipelineRequest): OnlyStatement | undefined {
  const [first, second] = requests;
  if (baton !== undefined || requests.length !== 2) return undefined;
  if (first?.type !== "execute" || second?.type !== "close") return undefined;
  const { statement } = first;
  return "sql" in statement.source ? { statement, sql: statement.source.sql } : undefined;
}
