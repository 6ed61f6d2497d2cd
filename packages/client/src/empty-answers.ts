import type { EmptyObject } from "@logicaldb/contract";
import type { Answer, HttpMethod, OperationName, OperationOf, PathOf } from "./calls.ts";

/** The operations whose answer is an object without properties. */
type EmptyOperation = {
  [Method in HttpMethod]: {
    [Path in PathOf<Method>]: Answer<OperationOf<Method, Path>> extends EmptyObject
      ? `${Method} ${Path}`
      : never;
  }[PathOf<Method>];
}[HttpMethod];

/** The compiler asks for a line here when the contract gains such an operation. */
const emptyOperations: Readonly<Record<EmptyOperation, true>> = {
  "GET /v1/organizations/{org_slug}/databases/{db_name}/instances/{instance_name}/wait": true,
  "POST /v1/organizations/{org_slug}/databases/{db_name}/auth/rotate": true,
  "POST /v1/organizations/{org_slug}/databases/{db_name}/update": true,
};

/**
 * Whether an empty body means the same as `{}` for the operation. Turso Cloud sends one where the
 * status says everything; anywhere else it is an answer gone missing.
 */
export function mayBeEmpty(operation: OperationName): boolean {
  return Object.hasOwn(emptyOperations, operation);
}
