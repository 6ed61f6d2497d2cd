import type { paths } from "@logicaldb/contract";
import type { ParamsOption, RequestBodyOption } from "openapi-fetch";
import type { CallError } from "./errors.ts";
import type { FetchResponse } from "./transport/transport.ts";

/** The HTTP methods that the client offers. */
export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The path templates of the contract that answer to a method. */
export type PathOf<Method extends HttpMethod> = {
  [Path in keyof paths]: paths[Path] extends Record<Lowercase<Method>, object> ? Path : never;
}[keyof paths];

/** The contract's description of one operation, found by method and path template. */
export type OperationOf<Method extends HttpMethod, Path extends PathOf<Method>> =
  paths[Path] extends Record<Lowercase<Method>, infer Operation> ? Operation : never;

/** An operation as errors name it: its method and its path template, such as `GET /v1/locations`. */
export type OperationName = `${HttpMethod} ${keyof paths}`;

/** What every call takes besides the operation's own parameters and body. */
export interface RequestOptions {
  /** Headers of this request. They win over the client's headers and its token. */
  headers?: RequestInit["headers"];
  /**
   * Cancels the call with all its attempts, or an iteration before its next item. It then rejects
   * with the signal's reason.
   */
  signal?: AbortSignal | undefined;
}

/** What every method of a platform takes last. */
export interface MethodOptions extends RequestOptions {
  /** Milliseconds for one attempt, in place of the platform's. */
  timeout?: number | undefined;
  /** How often the request is repeated where it may be, in place of the platform's. */
  retries?: number | undefined;
}

/** What one operation takes: `params.path`, `params.query`, `body`, and the options of any call. */
export type CallOptions<Operation> = Lenient<ParamsOption<Operation>> &
  Lenient<RequestBodyOption<Operation>> &
  RequestOptions;

/** The same type, but what can be left out can also be `undefined`, which is not sent. */
export type Lenient<Type> = Type extends object
  ? {
      [Key in keyof Type]: Type extends Required<Pick<Type, Key>>
        ? Lenient<Type[Key]>
        : Lenient<Type[Key]> | undefined;
    }
  : Type;

/** The arguments after the path. They can be left out where the operation needs none. */
export type CallArguments<Operation> =
  Partial<CallOptions<Operation>> extends CallOptions<Operation>
    ? [options?: CallOptions<Operation>]
    : [options: CallOptions<Operation>];

/** The body of the operation's success, without `password`, which is dead. */
export type Answer<Operation> = Operation extends {
  responses: { 200: { content: { "application/json": infer Body } } };
}
  ? "password" extends keyof Body
    ? Omit<Body, "password">
    : Body
  : never;

/** Calls an operation and resolves to its answer, or rejects. */
export type Call<Method extends HttpMethod> = <Path extends PathOf<Method>>(
  path: Path,
  ...options: CallArguments<OperationOf<Method, Path>>
) => Promise<Answer<OperationOf<Method, Path>>>;

/** Calls an operation and resolves to its answer or to what went wrong. */
export type TryCall<Method extends HttpMethod> = <Path extends PathOf<Method>>(
  path: Path,
  ...options: CallArguments<OperationOf<Method, Path>>
) => Promise<Result<Answer<OperationOf<Method, Path>>>>;

/** The answer of an operation, or the error in its place. Test `error` to know which. */
export type Result<Data> =
  | {
      readonly data: Data;
      readonly error: undefined;
      /** The response, its body read already: for its headers. */
      readonly response: FetchResponse;
    }
  | {
      readonly data: undefined;
      readonly error: CallError;
      /** Absent where the server was not reached. */
      readonly response: FetchResponse | undefined;
    };
