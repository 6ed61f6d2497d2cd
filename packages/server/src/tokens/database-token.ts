import { sign } from "node:crypto";
import { isObject } from "../tools/is-object.ts";
import type { TokenAuthorization } from "@logicaldb/contract";
import { compactVerify, decodeProtectedHeader, errors } from "jose";
import type { Expiration } from "./expiration.ts";
import { importPrivateKey, importPublicKey } from "./signing-key.ts";
import type { SigningKey } from "./signing-key.ts";

export { generateSigningKey } from "./signing-key.ts";
export type { SigningKey } from "./signing-key.ts";

/** What a valid database token says. */
export interface DatabaseClaims {
  readonly access: TokenAuthorization;
  /** Milliseconds since 1970; undefined for a token that does not expire. */
  readonly expiresAt: number | undefined;
}

/** Why a database token was refused. */
export interface DatabaseTokenError {
  readonly kind:
    | "malformed"
    | "wrong_algorithm"
    | "wrong_key"
    | "bad_claims"
    | "wrong_database"
    | "expired";
  /** What is wrong and what to do, in words that name nothing secret. */
  readonly reason: string;
}

/** A token with what it says, for whoever need not read it from the token again. */
export interface MintedToken {
  /** The JWT, in compact form. */
  readonly token: string;
  /** The public part of the key that signed it. */
  readonly publicKey: string;
  readonly claims: DatabaseClaims;
}

interface MintOptions {
  readonly databaseId: string;
  readonly access: TokenAuthorization;
  readonly expiration: Expiration;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Lifetimes from here on are rounded up to whole seconds, which every JWT reader understands. */
const roundedFrom = 10_000_000_000n;

/** The first segment of every token. */
const header = base64url(JSON.stringify({ alg: "EdDSA", typ: "JWT" }));

/** Longer than any token minted here; whatever exceeds it is not worth decoding. */
const maxLength = 4096;

/** The signature may be missing: `alg: none` has none, and deserves a better answer than "no JWT". */
const compactJws = /^[\w-]+\.[\w-]+\.([\w-]*)$/;

/**
 * Mints the JWT of operation mintDatabaseToken: EdDSA, with claims `a` (rw or ro), `id`, `iat` and,
 * if it expires, `exp`. Lifetimes under 10 seconds get a fractional `exp`, so that a token minted
 * for one second lives for one second.
 *
 * @param key the database's key pair
 * @returns the token; it is recorded nowhere
 */
export function mintDatabaseToken(key: SigningKey, options: MintOptions): MintedToken {
  const { databaseId, access, expiration, now } = options;
  const exp = expirationTime(expiration, now);
  const claims = {
    a: access === "read-only" ? "ro" : "rw",
    id: databaseId,
    iat: Math.floor(now / 1000),
    ...(exp === undefined ? {} : { exp }),
  };
  const content = `${header}.${base64url(JSON.stringify(claims))}`;
  // A third of the time that Web Crypto takes, which moves to a thread and back to sign.
  const signature = sign(null, Buffer.from(content), importPrivateKey(key));
  const token = `${content}.${signature.toString("base64url")}`;
  return { token, publicKey: key.publicKey, claims: { access, expiresAt: expiryOf(exp) } };
}

function base64url(text: string): string {
  return Buffer.from(text).toString("base64url");
}

/** `exp` in milliseconds. */
function expiryOf(exp: number | undefined): number | undefined {
  return exp === undefined ? undefined : Math.round(exp * 1000);
}

/** `exp` in seconds since 1970. */
function expirationTime(expiration: Expiration, now: number): number | undefined {
  if (expiration.kind === "never") return undefined;
  const { nanoseconds } = expiration;
  if (nanoseconds >= roundedFrom) {
    return Math.floor(now / 1000) + Number(divideRoundingUp(nanoseconds, 1_000_000_000n));
  }
  return (Math.floor(now) + Number(divideRoundingUp(nanoseconds, 1_000_000n))) / 1000;
}

function divideRoundingUp(amount: bigint, unit: bigint): bigint {
  return (amount + unit - 1n) / unit;
}

/**
 * Checks a database token against the key and the identity of the database it is used on. Only
 * EdDSA is accepted, whatever the token asks for, and there is no leeway: a token is refused from
 * the millisecond of its `exp` on.
 *
 * @param publicKey the database's public key, as {@link SigningKey} holds it
 * @param databaseId the `DbId` of the addressed database
 * @param now milliseconds since 1970
 * @returns what the token allows, or why it was refused
 */
export async function verifyDatabaseToken(
  token: string,
  publicKey: string,
  databaseId: string,
  now: number,
): Promise<DatabaseClaims | DatabaseTokenError> {
  const algorithm = algorithmOf(token);
  if (algorithm === undefined) {
    return refusal("malformed", "The token is not a JWT; mint one for this database");
  }
  if (algorithm !== "EdDSA") {
    return refusal("wrong_algorithm", "The token is not signed with EdDSA; mint one here");
  }
  const payload = await signedPayload(token, publicKey);
  return payload instanceof Uint8Array ? readClaims(payload, databaseId, now) : payload;
}

/** `alg` of the header, or undefined when the token is no JWT at all. */
function algorithmOf(token: string): unknown {
  if (token.length > maxLength) return undefined;
  const signature = compactJws.exec(token)?.[1];
  if (signature === undefined || !isCanonical(signature)) return undefined;
  try {
    return decodeProtectedHeader(token).alg;
  } catch {
    return undefined;
  }
}

/** Base64url can spell the same bytes in several ways; only one of them is what was minted. */
function isCanonical(segment: string): boolean {
  return Buffer.from(segment, "base64url").toString("base64url") === segment;
}

async function signedPayload(
  token: string,
  publicKey: string,
): Promise<Uint8Array | DatabaseTokenError> {
  try {
    const key = await importPublicKey(publicKey);
    const verified = await compactVerify(token, key, { algorithms: ["EdDSA"] });
    return verified.payload;
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) {
      return refusal(
        "wrong_key",
        "The token is not signed by this database's current key: it was minted for another " +
          "database, or before the tokens of this one were invalidated; mint a new one",
      );
    }
    if (error instanceof errors.JOSEError) {
      return refusal("malformed", "The token is not a JWT that this server mints; mint a new one");
    }
    throw error;
  }
}

function readClaims(
  payload: Uint8Array,
  databaseId: string,
  now: number,
): DatabaseClaims | DatabaseTokenError {
  const claims = parseObject(payload);
  if (claims === undefined) return refusal("bad_claims", "The token's claims are not an object");
  const { a, id, exp } = claims;
  if (a !== "rw" && a !== "ro") {
    return refusal("bad_claims", "The token's claim `a` is neither rw nor ro; mint a new one");
  }
  if (id !== databaseId) {
    return refusal("wrong_database", "The token was minted for another database; mint a new one");
  }
  if (exp !== undefined && (typeof exp !== "number" || !Number.isFinite(exp))) {
    return refusal("bad_claims", "The token's claim `exp` is not a number; mint a new one");
  }
  const expiresAt = expiryOf(exp);
  if (expiresAt !== undefined && now >= expiresAt) {
    return refusal("expired", "The token has expired; mint a new one");
  }
  return { access: a === "ro" ? "read-only" : "full-access", expiresAt };
}

function parseObject(payload: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(payload));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function refusal(kind: DatabaseTokenError["kind"], reason: string): DatabaseTokenError {
  return { kind, reason };
}
