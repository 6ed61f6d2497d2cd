import { createHash, randomBytes, randomUUID } from "node:crypto";

/** A platform token at the only moment its value is known. */
export interface NewApiToken {
  /** A UUID as 22 base64url characters. */
  readonly id: string;
  /** The value, for its owner alone. */
  readonly token: string;
  /** What the store keeps instead of the value. */
  readonly hash: string;
}

/**
 * Makes a platform token from 256 random bits, as operation mintApiToken needs it. The prefix lets
 * people and secret scanners recognise one.
 *
 * @returns the value with the hash and id that are to be stored for it
 */
export function generateApiToken(): NewApiToken {
  const token = `ldb_${randomBytes(32).toString("base64url")}`;
  return { id: generateTokenId(), token, hash: hashApiToken(token) };
}

/** A new id for a platform token: the bytes of a random UUID, 22 base64url characters. */
function generateTokenId(): string {
  return Buffer.from(randomUUID().replaceAll("-", ""), "hex").toString("base64url");
}

/** The id of a platform token that there is one of, always the same for the same text. */
export function tokenIdFrom(text: string): string {
  const hash = createHash("sha256").update(text, "utf8").digest();
  return hash.subarray(0, 16).toString("base64url");
}

/**
 * What is stored and looked up in place of a platform token. A plain SHA-256 is enough, because a
 * token has too much entropy to be guessed from it.
 *
 * @returns 64 hexadecimal digits
 */
export function hashApiToken(token: string): string {
  return createHash("sha256").update(token, "utf8").digest("hex");
}

/**
 * Whether a token has the form of a database token, a JWT of three segments, which the Platform
 * API never accepts. Platform tokens contain no dot.
 */
export function looksLikeDatabaseToken(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token);
}
