import type { EngineFailure, Permission } from "../engine/engine.ts";
import type { Route } from "../store/routes.ts";
import type { Authorization } from "./authorize.ts";
import { databaseNotFound, noInstance } from "./failures.ts";

/** What a token allows on the database behind a label, at this moment. */
export type FindPermission = (label: string, token: string | undefined) => Found | Promise<Found>;

export type Found =
  | EngineFailure
  | {
      readonly databaseId: string;
      readonly access: Extract<Permission, { access: unknown }>["access"];
    };

interface Parts {
  readonly findRoute: (label: string) => Route | undefined | Promise<Route | undefined>;
  readonly authorize: (
    token: string | undefined,
    route: Route,
  ) => Authorization | Promise<Authorization>;
}

/** Looks up database and token; the answer comes without a promise where both are known. */
export function permissionsOf({ findRoute, authorize }: Parts): FindPermission {
  return (label, token) => {
    const check = (route: Route | undefined): Found | Promise<Found> => {
      if (route === undefined) return databaseNotFound(label);
      const authorization = authorize(token, route);
      return authorization instanceof Promise
        ? authorization.then((outcome) => combine(route, outcome))
        : combine(route, authorization);
    };
    const route = findRoute(label);
    return route instanceof Promise ? route.then(check) : check(route);
  };
}

function combine(route: Route, authorization: Authorization): Found {
  if ("code" in authorization) return authorization;
  if (!route.hasPrimary) return noInstance(route);
  return { databaseId: route.databaseId, access: authorization.access };
}
