import type { Request, Step } from "./scripts.ts";

/** A server that scripts run on. */
export interface Peer {
  readonly url: string;
  readonly token?: string;
}

/** What became of a request, or of a step of a batch, without what equal servers may differ in. */
export type Result =
  | { readonly error: { readonly code: string; readonly message: string } }
  | { readonly ok: unknown; readonly steps?: readonly (Result | null)[] };

/** What a server answered to the requests of one step. */
export interface Answer {
  readonly status: number;
  readonly results: readonly Result[];
}

const reset = [
  "DROP TRIGGER IF EXISTS g",
  "DROP VIEW IF EXISTS v",
  "DROP TABLE IF EXISTS u",
  "DROP TABLE IF EXISTS w",
  "DROP TABLE IF EXISTS t",
  "DROP TABLE IF EXISTS f",
  "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c)",
  "INSERT INTO t VALUES (1, 'one', 1.5), (2, NULL, x'7f')",
  "CREATE TABLE u (a, b, c)",
  "PRAGMA user_version = 0",
].join(";");

/** Runs a script from the same beginning. */
export async function runScript(peer: Peer, steps: readonly Step[]): Promise<Answer[]> {
  const prepared = await send(peer, 3, null, [{ type: "sequence", sql: reset }, { type: "close" }]);
  if (prepared.status !== 200 || JSON.stringify(prepared.results).includes("error")) {
    throw new Error(`${peer.url} cannot begin: ${JSON.stringify(prepared)}`);
  }
  const batons = new Map<Step["stream"], string | null>();
  const answers: Answer[] = [];
  for (const { stream, version, requests } of steps) {
    const current = batons.get(stream) ?? null;
    const { baton, ...answer } = await send(peer, version, current, requests);
    // Whether a refused request ends its stream is not told: it is ended in any case.
    if (answer.status !== 200 && current !== null) await close(peer, current);
    batons.set(stream, baton);
    answers.push(answer);
  }
  for (const baton of batons.values()) {
    if (baton !== null) await close(peer, baton);
  }
  return answers;
}

/** The entries of a cursor, without what equal servers may differ in. */
export async function readCursor({ url, token }: Peer, sql: readonly string[]): Promise<unknown[]> {
  const response = await fetch(`${url}v3/cursor`, {
    method: "POST",
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    body: JSON.stringify({ batch: { steps: sql.map((text) => ({ stmt: { sql: text } })) } }),
  });
  const [head = "", ...lines] = (await response.text()).trimEnd().split("\n");
  await close({ url, ...(token === undefined ? {} : { token }) }, JSON.parse(head).baton);
  // The row ids of sqld are no texts here.
  const entries = lines.map((line) => JSON.parse(line));
  return entries.map(({ error, last_insert_rowid, ...entry }) => ({
    type: entry.type,
    step: entry.step,
    cols: entry.cols,
    row: entry.row,
    code: error?.code,
    changes: entry.affected_row_count,
    rowid: last_insert_rowid?.toString(),
  }));
}

async function close(peer: Peer, baton: string): Promise<void> {
  await send(peer, 3, baton, [{ type: "close" }]);
}

async function send(
  { url, token }: Peer,
  version: 2 | 3,
  baton: string | null,
  requests: readonly Request[],
): Promise<Answer & { baton: string | null }> {
  const response = await fetch(`${url}v${version}/pipeline`, {
    method: "POST",
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    body: JSON.stringify({ baton, requests }),
  });
  const text = await response.text();
  if (response.status !== 200) return { status: response.status, results: [], baton: null };
  const body = JSON.parse(text);
  return { status: 200, results: body.results.map(comparable), baton: body.baton };
}

// oxlint-disable-next-line typescript/no-explicit-any -- what an unknown server answers
function comparable(result: any): Result {
  if (result.type !== "ok") return { error: result.error };
  const { response } = result;
  if (response.type === "execute") return { ok: counted(response.result) };
  if (response.type !== "batch") return { ok: response };
  const { step_results: results, step_errors: errors } = response.result;
  return {
    ok: response.type,
    steps: errors.map((error: unknown, index: number) => {
      if (error) return { error };
      return results[index] && { ok: counted(results[index]) };
    }),
  };
}

// oxlint-disable-next-line typescript/no-explicit-any -- what an unknown server answers
function counted({ cols, rows, affected_row_count, last_insert_rowid }: any): object {
  return { cols, rows, affected_row_count, last_insert_rowid };
}
