import type { PipelineRequest, StatementRequest, StreamRequest } from "../../hrana/requests.ts";

/** A statement that is all of its request. */
export interface OnlyStatement {
  readonly statement: StatementRequest;
  readonly sql: string;
}

/** Whether the statement of one of these is all that is run. */
export function isOneStatement(requests: readonly StreamRequest[]): boolean {
  const [first, second] = requests;
  if (first?.type !== "execute" || requests.length > 2) return false;
  return second === undefined || second.type === "close";
}

/** The statement of a request that runs one, on a stream of its own. */
export function onlyStatement({ baton, requests }: PipelineRequest): OnlyStatement | undefined {
  const [first, second] = requests;
  if (baton !== undefined || requests.length !== 2) return undefined;
  if (first?.type !== "execute" || second?.type !== "close") return undefined;
  const { statement } = first;
  return "sql" in statement.source ? { statement, sql: statement.source.sql } : undefined;
}
