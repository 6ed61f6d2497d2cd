import type { LRUCache } from "lru-cache";
import { boundedCache } from "../tools/bounded-cache.ts";
import type { Access, Failure, Permission } from "../engine/engine.ts";
import type { Route } from "../store/route-cache.ts";
import {
  helloWithoutToken,
  tokenExpired,
  tokenInvalid,
  tokenKind,
  tokenMissing,
  tokenUnreadable,
} from "./failures.ts";
import {
  type DatabaseTokenError,
  type MintedToken,
  verifyDatabaseToken,
} from "../tokens/database-token.ts";

interface Verified {
  /** A token counts for the key that it was checked with: a new key makes every old token unknown. */
  readonly publicKey: string;
  readonly access: Access;
  /** Milliseconds since 1970. */
  readonly expiresAt: number | undefined;
}

/** Checks database tokens; a token that was good is remembered, since checking one is slow. */
export class Authorizer {
  readonly #verified: LRUCache<string, Verified>;
  readonly #now: () => number;

  /** @param most how many tokens are remembered */
  constructor(most: number, now: () => number) {
    this.#verified = boundedCache(most);
    this.#now = now;
  }

  /**
   * What the bearer of a request's token may do on the database it addresses.
   *
   * @param header the Authorization header
   */
  authorize(header: string | undefined, route: Route): Permission | Promise<Permission> {
    if (header === undefined) return tokenMissing;
    const token = bearerToken(header);
    return token === undefined ? tokenUnreadable : this.authorizeToken(token, route);
  }

  /** What the bearer of a token may do on the database it addresses. */
  authorizeToken(token: string | undefined, route: Route): Permission | Promise<Permission> {
    if (token === undefined) return helloWithoutToken;
    const known = this.#verified.get(token);
    if (known === undefined || known.publicKey !== route.publicKey) {
      return this.#verify(token, route);
    }
    const isExpired = known.expiresAt !== undefined && known.expiresAt <= this.#now();
    return isExpired ? tokenExpired : known;
  }

  /** Takes a token for good that was signed here just now. */
  remember({ token, publicKey, claims }: MintedToken): void {
    this.#verified.set(token, { ...claims, publicKey });
  }

  async #verify(token: string, route: Route): Promise<Permission> {
    const { publicKey, databaseId } = route;
    const claims = await verifyDatabaseToken(token, publicKey, databaseId, this.#now());
    if ("kind" in claims) return describeRefusal(token, claims);
    this.#verified.set(token, { ...claims, publicKey });
    return { access: claims.access };
  }
}

function bearerToken(header: string): string | undefined {
  const [, token] = /^bearer +([^ ]+) *$/i.exec(header) ?? [];
  return token;
}

function describeRefusal(token: string, { kind, reason }: DatabaseTokenError): Failure {
  if (token.startsWith("ldb_")) {
    return tokenKind;
  }
  return kind === "expired" ? tokenExpired : tokenInvalid(reason);
}
