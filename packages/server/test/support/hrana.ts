import type { ApiAnswer } from "./api.ts";
import type { TestDatabase } from "./server.ts";

/** Sends one request to a database as it is. */
export async function send(
  database: Pick<TestDatabase, "url">,
  path: string,
  body: unknown,
  token: string | undefined,
): Promise<ApiAnswer> {
  const response = await fetch(`${database.url.replace(/\/$/, "")}${path}`, {
    method: "POST",
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A pipeline with the requests given; `baton` continues a stream. */
export async function pipeline(
  database: TestDatabase,
  requests: readonly unknown[],
  { baton, token = database.token }: { baton?: string | null; token?: string } = {},
): Promise<ApiAnswer> {
  return await send(database, "/v3/pipeline", { baton: baton ?? null, requests }, token);
}

/** The engine process that a stream lives in, which its batons begin with. */
export function processOf(baton: string | undefined): string | undefined {
  return baton?.split(".")[0];
}

/** One statement in a stream of its own; the result or the error of the statement. */
// oxlint-disable-next-line typescript/no-explicit-any -- tests read what the assertions then check
export async function run(database: TestDatabase, sql: string, args: unknown[] = []): Promise<any> {
  const { status, body } = await pipeline(database, [execute(sql, args), { type: "close" }]);
  if (status !== 200) return { status, ...body };
  const [result] = body.results;
  return result.type === "ok" ? result.response.result : result.error;
}

export function execute(sql: string, args: unknown[] = []): unknown {
  return { type: "execute", stmt: { sql, args } };
}

/** The values of the rows of a result, without their types. An error in its place is thrown. */
export function values(result: { rows?: { value?: unknown; base64?: string }[][] }): unknown[][] {
  if (result.rows === undefined) throw new Error(`Rows were expected: ${JSON.stringify(result)}`);
  return result.rows.map((row) => row.map((cell) => cell.value ?? cell.base64 ?? null));
}
