export type * from "@logicaldb/contract";
export type {
  Answer,
  Call,
  CallArguments,
  CallOptions,
  HttpMethod,
  OperationName,
  OperationOf,
  PathOf,
  RequestOptions,
  Result,
  TryCall,
} from "./calls.ts";
export {
  type Calls,
  type Client,
  type ClientOptions,
  createClient,
  type TryCalls,
} from "./client.ts";
export {
  ApiError,
  type ApiErrorFields,
  type CallError,
  ConnectionError,
  DecodeError,
  type DecodeErrorFields,
  type ErrorBody,
  LogicaldbError,
  UnsafePathError,
} from "./errors.ts";
export type { Fetch } from "./send.ts";
export type { TokenSource } from "./token.ts";
