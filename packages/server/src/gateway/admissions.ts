import type { Logger } from "pino";
import type { DatabaseRequest, Failure, Permission } from "../engine/engine.ts";
import type { Route, RouteCache } from "../store/route-cache.ts";
import type { Authorizer } from "./authorize.ts";
import { databaseNotFound, noInstance, storeFailed } from "./failures.ts";

/** What a client may do on the database behind a label, at this moment. */
export type Admission = Pick<DatabaseRequest, "databaseId" | "access"> | Failure;

/** What {@link Admissions} asks. */
export interface AdmissionsParts {
  /** Where labels lead, and another number each time that one may lead elsewhere, or to another key. */
  readonly routes: Pick<RouteCache, "find" | "changes" | "onWithdrawn">;
  readonly authorizer: Authorizer;
  readonly logger: Pick<Logger, "error">;
}

type Authorize = (route: Route) => Permission | Promise<Permission>;

/**
 * Finds the database behind a label, and what a client may do there. The answer comes without a
 * promise where database and token are known; a promise is never rejected.
 */
export class Admissions {
  readonly #parts: AdmissionsParts;

  constructor(parts: AdmissionsParts) {
    this.#parts = parts;
  }

  /** As long as this is the same number, who was admitted still is, unless a token has expired. */
  get changes(): number {
    return this.#parts.routes.changes;
  }

  /**
   * Calls back where a label leads nowhere any more, though its database is still there.
   *
   * @returns a function to call when nobody needs to know any more
   */
  onWithdrawn(label: string, withdrawn: () => void): () => void {
    return this.#parts.routes.onWithdrawn((gone) => {
      if (gone === label) withdrawn();
    });
  }

  /** @param header the Authorization header of a request */
  ofRequest(label: string, header: string | undefined): Admission | Promise<Admission> {
    return this.#find(label, (route) => this.#parts.authorizer.authorize(header, route));
  }

  /** @param token what a client that is connected showed */
  ofToken(label: string, token: string | undefined): Admission | Promise<Admission> {
    return this.#find(label, (route) => this.#parts.authorizer.authorizeToken(token, route));
  }

  #find(label: string, authorize: Authorize): Admission | Promise<Admission> {
    const { changes } = this;
    const route = this.#parts.routes.find(label);
    const admission =
      route instanceof Promise
        ? route.then((found) => admit(label, found, authorize))
        : admit(label, route, authorize);
    if (!(admission instanceof Promise)) return admission;
    // What was found out meanwhile may be over.
    const checked = admission.then((found) =>
      "code" in found || this.changes === changes ? found : this.#find(label, authorize),
    );
    return checked.catch((error: unknown) => {
      this.#parts.logger.error(error, "A database or its token could not be looked up");
      return storeFailed;
    });
  }
}

function admit(
  label: string,
  route: Route | undefined,
  authorize: Authorize,
): Admission | Promise<Admission> {
  if (route === undefined) return databaseNotFound(label);
  const authorization = authorize(route);
  return authorization instanceof Promise
    ? authorization.then((outcome) => combine(route, outcome))
    : combine(route, authorization);
}

function combine(route: Route, authorization: Permission): Admission {
  if ("code" in authorization) return authorization;
  if (!route.hasPrimary) return noInstance(route);
  return { databaseId: route.databaseId, access: authorization.access };
}
