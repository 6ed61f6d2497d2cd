import type { EngineFailure } from "../engine/engine.ts";
import type { Route } from "../store/routes.ts";

/** Nothing has the label that was addressed. */
export function databaseNotFound(label: string): EngineFailure {
  return { status: 404, code: "DATABASE_NOT_FOUND", message: `There is no database at ${label}` };
}

/** Nothing serves the database yet. */
export function noInstance({ databaseName }: Route): EngineFailure {
  return {
    status: 404,
    code: "DATABASE_WITHOUT_INSTANCE",
    message: `Database ${databaseName} has no instance yet; createInstance gives it one`,
  };
}

/** Looking up the database or its token failed: a fault of the server, whose log says which. */
export const storeFailed: EngineFailure = {
  status: 500,
  code: "INTERNAL_ERROR",
  message: "The server could not look up the database or its token; its log says why",
};
