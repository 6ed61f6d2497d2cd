import { operationTable } from "@logicaldb/contract";

/** The methods that a path answers to; none when nothing answers there. */
export type MethodTable = (path: string) => string[];

/** Reads from the contract which methods belong to which paths. HEAD belongs to GET. */
export function createMethodTable(): MethodTable {
  const routes = Object.values(operationTable).flatMap(({ method, path, aliases }) =>
    [path, ...aliases].map((template) => ({
      method: method.toUpperCase(),
      pattern: new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
    })),
  );
  return (path) =>
    routes
      .filter(({ pattern }) => pattern.test(path))
      .flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method]));
}
