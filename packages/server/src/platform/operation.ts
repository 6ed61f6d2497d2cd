import type { AllOperations, OperationId } from "@logicaldb/contract";
import type { Engine } from "../engine/engine.ts";
import type { Store } from "../store/store.ts";
import type { Organization } from "../store/organizations.ts";
import type { MintedToken } from "../tokens/database-token.ts";
import type { Exclusive } from "./exclusive.ts";
import type { Faults } from "./faults.ts";

/** What every operation can use. */
export interface ServerContext {
  readonly store: Store;
  readonly engine: Engine;
  /** What clients connect to for a host label: a DNS name, with a port or a path where needed. */
  readonly hostnameOf: (label: string) => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Version of the server package. */
  readonly version: string;
  /** Runs what changes the storage of one database one after the other, by `lockOf`. */
  readonly exclusively: Exclusive;
  /** Errors on demand; undefined where the server has none. */
  readonly faults: Faults | undefined;
  /** Hears of every database token that is minted, whose first use comes soon. */
  readonly minted: (token: MintedToken) => void;
  /** Notes for the operator what the caller need not know. */
  readonly warn: (message: string, error: unknown) => void;
}

/** Operations that need a platform token also know whose it is. */
export interface CallerContext extends ServerContext {
  readonly caller: { readonly username: string };
}

/** Operations below an organization's path also know which one; the caller is a member of it. */
export interface OrganizationContext extends CallerContext {
  readonly organization: Organization;
}

/** The context of one operation. */
export type ContextOf<Id extends OperationId> = AllOperations[Id] extends {
  parameters: { path: { org_slug: string } };
}
  ? OrganizationContext
  : Id extends "getHealth"
    ? ServerContext
    : CallerContext;

/** The validated input of one operation, typed by the contract. */
export interface Input<Id extends OperationId> {
  readonly path: Given<AllOperations[Id]["parameters"]["path"]>;
  readonly query: Given<AllOperations[Id]["parameters"]["query"]>;
  /** `{}` where an optional body was left out. */
  readonly body: AllOperations[Id] extends { requestBody?: infer Body }
    ? Given<Body> extends { content: { "application/json": infer Json } }
      ? Json
      : undefined
    : undefined;
}

/** The body of an operation's success, typed by the contract. */
export type Output<Id extends OperationId> = AllOperations[Id] extends {
  responses: { 200: { content: { "application/json": infer Json } } };
}
  ? Json
  : never;

/** An operation: it knows no HTTP, and throws an `ApiError` to refuse. */
export type Handler<Id extends OperationId> = (
  context: ContextOf<Id>,
  input: Input<Id>,
) => Output<Id> | Promise<Output<Id>>;

/** What is left of a type without undefined; an empty object where that is nothing. */
type Given<T> = [NonNullable<T>] extends [never] ? Record<string, never> : NonNullable<T>;
