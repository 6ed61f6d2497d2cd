import { type OperationId, operationTable } from "@logicaldb/contract";
import { local, openapi } from "@logicaldb/contract/documents";
import { isObject, operationPointer, resolve } from "./check-answer.ts";

/** One example of the contract, where an operation refers to it. */
export interface Example {
  readonly operationId: OperationId;
  /** The name of the component, such as `createDatabase.request`. */
  readonly name: string;
  /** The status whose answer it shows; undefined for a request. */
  readonly status: number | undefined;
  readonly schema: readonly string[];
  readonly value: unknown;
}

/** Every example of requests and answers, by operation. */
export function examplesOfOperations(): Example[] {
  return Object.values(operationTable).flatMap(({ operationId, statuses }) => {
    const operation = operationPointer(operationId);
    return [
      ...examplesAt(operationId, undefined, [...operation, "requestBody"]),
      ...statuses.flatMap((status) =>
        examplesAt(operationId, status, [...operation, "responses", String(status)]),
      ),
    ];
  });
}

function examplesAt(
  operationId: OperationId,
  status: number | undefined,
  at: readonly string[],
): Example[] {
  const media = [...resolve(at).pointer, "content", "application/json"];
  const schema = [...media, "schema"];
  const examples = resolve([...media, "examples"]).value;
  return Object.keys(isObject(examples) ? examples : {}).map((name) => {
    const { value } = resolve([...media, "examples", name]);
    return { operationId, name, status, schema, value: isObject(value) ? value["value"] : value };
  });
}

/** The names of the examples of some documents that were not executed. */
export function unexecuted(
  executed: ReadonlySet<string>,
  documents: readonly unknown[] = [openapi, local],
): string[] {
  return documents.flatMap((document) => {
    const components = isObject(document) ? document["components"] : undefined;
    const examples = isObject(components) ? components["examples"] : undefined;
    return Object.keys(isObject(examples) ? examples : {}).filter((name) => !executed.has(name));
  });
}
