import type { Call, HttpMethod, MethodOptions, OperationName, Result, TryCall } from "./calls.ts";
import { type ClientOptions, type Connection, dataOf, openConnection, send } from "./connection.ts";

/** Calls that resolve to the answer and reject with a `CallError`. */
export interface Calls {
  readonly GET: Call<"GET">;
  readonly POST: Call<"POST">;
  readonly PUT: Call<"PUT">;
  readonly PATCH: Call<"PATCH">;
  readonly DELETE: Call<"DELETE">;
}

/** Calls that resolve to `{ data, error, response }`. */
export interface TryCalls {
  readonly GET: TryCall<"GET">;
  readonly POST: TryCall<"POST">;
  readonly PUT: TryCall<"PUT">;
  readonly PATCH: TryCall<"PATCH">;
  readonly DELETE: TryCall<"DELETE">;
}

/** A client of the API, made by {@link createClient}. */
export interface Client extends Calls {
  /** Where the API is, without a slash or `/v1` at its end. */
  readonly baseUrl: string;
  /**
   * The same calls in a style that does not throw: they resolve to `{ data, error, response }`.
   * They still reject for mistakes in the call itself, and with the reason of an abort.
   */
  readonly try: TryCalls;
  /**
   * The URL at which a database client connects: `libsql://` and the database's `Hostname`, or
   * `http://` where the API itself is reached over plain HTTP.
   */
  databaseUrl(database: { readonly Hostname: string }): string;
}

/**
 * Makes a client. Nothing is sent until the first call.
 *
 * @throws TypeError where an option cannot be used
 */
export function createClient(options: ClientOptions): Client {
  const connection = openConnection(options);
  const { baseUrl, databaseUrl } = connection;
  return {
    GET: call(connection, "GET"),
    POST: call(connection, "POST"),
    PUT: call(connection, "PUT"),
    PATCH: call(connection, "PATCH"),
    DELETE: call(connection, "DELETE"),
    try: {
      GET: tryCall(connection, "GET"),
      POST: tryCall(connection, "POST"),
      PUT: tryCall(connection, "PUT"),
      PATCH: tryCall(connection, "PATCH"),
      DELETE: tryCall(connection, "DELETE"),
    },
    baseUrl,
    databaseUrl,
  };
}

function tryCall<Method extends HttpMethod>(
  connection: Connection,
  method: Method,
): TryCall<Method> {
  return async (path, ...[options]) =>
    withoutPassword(await sent(connection, `${method} ${path}`, options));
}

function call<Method extends HttpMethod>(connection: Connection, method: Method): Call<Method> {
  return async (path, ...[options]) =>
    dataOf(withoutPassword(await sent(connection, `${method} ${path}`, options)));
}

/** The contract keeps it for clients of 2023. Nothing new should come to depend on it. */
function withoutPassword<Data>(result: Result<Data & { password?: unknown }>): Result<Data> {
  delete result.data?.password;
  return result;
}

/** The options of any operation. */
interface AnyCallOptions extends MethodOptions {
  readonly params?:
    | {
        readonly path?: Readonly<Record<string, unknown>> | undefined;
        readonly query?: Readonly<Record<string, unknown>> | undefined;
      }
    | undefined;
  readonly body?: unknown;
}

/** Sends any call, its types left behind. */
function sent<Data>(
  connection: Connection,
  operation: OperationName,
  { params, body, ...options }: AnyCallOptions = {},
): Promise<Result<Data>> {
  const pathValue = (name: string) => params?.path?.[name];
  return send(connection, operation, options, pathValue, params?.query, body);
}
