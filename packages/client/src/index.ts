export type * from "@logicaldb/contract";
export type {
  Answer,
  Call,
  CallArguments,
  CallOptions,
  HttpMethod,
  Lenient,
  MethodOptions,
  OperationName,
  OperationOf,
  PathOf,
  RequestOptions,
  Result,
  TryCall,
} from "./calls.ts";
export { type Calls, type Client, createClient, type TryCalls } from "./client.ts";
export { type Attempt, attempt } from "./attempt.ts";
export type { Clock } from "./clock.ts";
export type { ConnectInput, DatabaseConnection } from "./connect.ts";
export type { ClientOptions } from "./connection.ts";
export type { EnsureInput } from "./ensure.ts";
export {
  AuthenticationError,
  ConflictError,
  DatabaseExistsError,
  DatabaseNotFoundError,
  NotFoundError,
  PermissionError,
  PlanRequiredError,
  RateLimitError,
  ServerError,
} from "./error-classes.ts";
export {
  ApiError,
  type ApiErrorFields,
  type CallError,
  ConnectionError,
  DecodeError,
  type DecodeErrorFields,
  type ErrorBody,
  LogicaldbError,
  TimeoutError,
  UnsafePathError,
} from "./errors.ts";
export { createPlatform, type Databases, type Platform, type PlatformOptions } from "./platform.ts";
export type { TokenSource } from "./token.ts";
export type { Hooks, RequestEvent, ResponseEvent, RetryEvent } from "./transport/hooks.ts";
export { resilience, type ResilienceOptions } from "./transport/resilience.ts";
export type {
  Exchange,
  Fetch,
  FetchInit,
  FetchResponse,
  Middleware,
  Outcome,
  Transport,
} from "./transport/transport.ts";
