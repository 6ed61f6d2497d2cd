import { isDeepStrictEqual } from "node:util";
import { explain } from "./differences.ts";
import type { Answer, Result } from "./peer.ts";
import type { Request, Step } from "./scripts.ts";

/** What two servers answered differently, without a known reason. */
export interface Mismatch {
  readonly request: unknown;
  readonly ours: unknown;
  readonly theirs: unknown;
}

/**
 * Compares the answers of two servers to a script. After a known difference in anything but an
 * error's code, the rest of the script has nothing to say and is left.
 */
export function compare(
  steps: readonly Step[],
  ours: readonly Answer[],
  theirs: readonly Answer[],
): Mismatch | undefined {
  for (const [index, { stream, requests }] of steps.entries()) {
    const [own, other] = [ours[index], theirs[index]];
    if (own?.status !== other?.status) return { request: requests, ours: own, theirs: other };
    // What ran before a request was refused is one of the known differences.
    if (own?.status !== 200) return undefined;
    for (const pair of pairs(requests, own?.results ?? [], other?.results ?? [])) {
      if (isSame(pair.ours, pair.theirs)) continue;
      if (pair.ours === null || pair.theirs === null) return pair;
      if (explain(pair.ours, pair.theirs, pair.sql, stream) === undefined) return pair;
      if (!("error" in pair.ours && "error" in pair.theirs)) return undefined;
    }
  }
  return undefined;
}

interface Pair extends Mismatch {
  readonly sql: string;
  readonly ours: Result | null;
  readonly theirs: Result | null;
}

/** Each result beside the other server's, those of the steps of batches too. */
function pairs(
  requests: readonly Request[],
  ours: readonly Result[],
  theirs: readonly Result[],
): Pair[] {
  return requests.flatMap((request, index): Pair[] => {
    const own = ours[index] ?? null;
    const other = theirs[index] ?? null;
    const steps = stepsOf(own);
    const others = stepsOf(other);
    if (request.type === "batch" && steps !== undefined && others !== undefined) {
      return request.batch.steps.map(({ stmt }, step) => ({
        request,
        sql: stmt.sql,
        ours: steps[step] ?? null,
        theirs: others[step] ?? null,
      }));
    }
    return [{ request, sql: textOf(request), ours: own, theirs: other }];
  });
}

function stepsOf(result: Result | null): readonly (Result | null)[] | undefined {
  return result !== null && "ok" in result ? result.steps : undefined;
}

function textOf(request: Request): string {
  if (request.type === "execute") return request.stmt.sql;
  return "sql" in request ? (request.sql ?? "") : "";
}

/** Equal, but for the words of errors that each server has its own for. */
function isSame(ours: Result | null, theirs: Result | null): boolean {
  if (ours === null || theirs === null || "ok" in ours || "ok" in theirs) {
    return isDeepStrictEqual(ours, theirs);
  }
  if (ours.error.code !== theirs.error.code) return false;
  const words = ({ error }: typeof ours) => error.message.replace(/ \(at offset \d+\)$/, "");
  return ours.error.code === "SQL_PARSE_ERROR" || words(ours) === words(theirs);
}
