/** A database that is written to. */
export interface Target {
  readonly name: string;
  readonly url: string;
  readonly token: string;
}

/** What must not be, in words. */
export type Faults = readonly string[];

/** What the writers of a database were told. */
export interface Ledger {
  /** Numbers of rows that are stored, by the server's word. */
  readonly acknowledged: number[];
  refused: number;
  readonly faults: string[];
  /** Set from outside: the writers end. */
  isOver: boolean;
}

interface Answer {
  readonly status: number;
  /** The error of the request, or of the first statement that failed. */
  readonly code: string | undefined;
  readonly baton: string | null;
  readonly rows: readonly string[][];
}

interface Reply {
  readonly code?: string;
  readonly baton?: string | null;
  readonly results?: readonly {
    readonly error?: { readonly code: string };
    readonly response?: { readonly result?: { readonly rows: readonly { value?: string }[][] } };
  }[];
}

const table = "CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, pair INTEGER, text TEXT)";
const filling = "x".repeat(200);

/** Writes rows with odd numbers, each by itself. */
export async function writeAlone(target: Target, ledger: Ledger): Promise<void> {
  for (let id = 1; goesOn(ledger); id += 2) {
    const answer = await send(target, [table, insert(id, id)], { closes: true });
    if (answer.code === undefined) ledger.acknowledged.push(id);
    else note(target, ledger, answer, ["ENGINE_RESTARTED"]);
  }
}

/** Writes rows with even numbers, two in a transaction that takes three requests. */
export async function writeInPairs(target: Target, ledger: Ledger): Promise<void> {
  const allowed = ["ENGINE_RESTARTED", "STREAM_EXPIRED"];
  for (let id = 2; goesOn(ledger); id += 4) {
    const pair = [id, id + 2];
    const begun = await send(target, [table, "BEGIN IMMEDIATE", insert(id, id)]);
    if (begun.code !== undefined) {
      note(target, ledger, begun, allowed);
      continue;
    }
    const second = await send(target, [insert(id + 2, id)], { baton: begun.baton });
    if (second.code !== undefined) {
      note(target, ledger, second, allowed);
      continue;
    }
    const done = await send(target, ["COMMIT"], { baton: second.baton, closes: true });
    if (done.code === undefined) ledger.acknowledged.push(...pair);
    else note(target, ledger, done, allowed);
  }
}

/** What is wrong with a database after all that: acknowledged rows that are not there, and more. */
export async function check(target: Target, acknowledged: readonly number[]): Promise<Faults> {
  const { rows } = await patiently(target, "SELECT id, pair FROM rows ORDER BY id");
  const stored = new Map(rows.map(([id, pair]) => [Number(id), Number(pair)]));
  const lost = acknowledged.filter((id) => !stored.has(id));
  const halves = [...stored].filter(([id, pair]) => {
    const other = id === pair ? id + 2 : pair;
    return id % 2 === 0 && !stored.has(other);
  });
  const integrity = await patiently(target, "PRAGMA integrity_check");
  return [
    ...lost.map((id) => `${target.name} lost row ${id}`),
    ...halves.map(([id]) => `${target.name} has half a transaction: row ${id}`),
    ...integrity.rows
      .flat()
      .filter((each) => each !== "ok")
      .map((each) => `${target.name}: ${each}`),
  ];
}

function goesOn({ isOver, faults }: Ledger): boolean {
  return !isOver && faults.length === 0;
}

function insert(id: number, pair: number): string {
  return `INSERT INTO rows VALUES (${id}, ${pair}, '${filling}')`;
}

/** Counts a refusal that says to try again; any other is a fault. */
function note(
  { name }: Target,
  ledger: Ledger,
  { status, code }: Answer,
  allowed: readonly string[],
): void {
  const expected = code === "ENGINE_RESTARTED" ? 503 : 400;
  if (code !== undefined && allowed.includes(code) && status === expected) ledger.refused += 1;
  else ledger.faults.push(`${name} answered ${status} ${code}`);
}

/** Asks until a process is there that answers. */
async function patiently(target: Target, sql: string): Promise<Answer> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await send(target, [sql], { closes: true });
    if (answer.code === undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${target.name} does not answer`);
}

async function send(
  { url, token }: Target,
  statements: readonly string[],
  { baton = null, closes = false }: { baton?: string | null; closes?: boolean } = {},
): Promise<Answer> {
  const requests: unknown[] = statements.map((sql) => ({ type: "execute", stmt: { sql } }));
  if (closes) requests.push({ type: "close" });
  const response = await fetch(`${url}v2/pipeline`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ baton, requests }),
  });
  const reply: Reply = JSON.parse(await response.text());
  const { status } = response;
  if (status !== 200) return { status, code: reply.code, baton: null, rows: [] };
  const failed = reply.results?.find(({ error }) => error !== undefined);
  const result = reply.results?.[0]?.response?.result;
  return {
    status,
    code: failed?.error?.code,
    baton: reply.baton ?? null,
    rows: (result?.rows ?? []).map((row) => row.map(({ value }) => value ?? "")),
  };
}
