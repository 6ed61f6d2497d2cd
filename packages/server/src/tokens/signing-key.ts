import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { importJWK } from "jose";
import type { CryptoKey } from "jose";
import { boundedCache } from "../tools/bounded-cache.ts";

/** The Ed25519 key pair that signs one database's tokens. */
export interface SigningKey {
  /** The private part: 32 bytes, base64url (`d` of the key as a JWK). */
  readonly privateKey: string;
  /** The public part: 32 bytes, base64url (`x` of the key as a JWK). */
  readonly publicKey: string;
}

// Three times as fast as by way of Web Crypto, which creating databases in bulk is bound by.
const generate = promisify(generateKeyPair);

/** Importing a key costs more than using it; this holds those in use. */
const imported = boundedCache<string, CryptoKey>(10_000);

/**
 * Makes a new key pair for one database, as operations createDatabase and
 * invalidateDatabaseTokens need it.
 *
 * @returns both parts as text, fit for the store
 */
export async function generateSigningKey(): Promise<SigningKey> {
  const pair = await generate("ed25519");
  const { d, x } = pair.privateKey.export({ format: "jwk" });
  if (d === undefined || x === undefined) {
    throw new Error("A new Ed25519 key was exported without its `d` or `x`");
  }
  return { privateKey: d, publicKey: x };
}

/** The key to sign with; for a given pair always the same object while it is in use. */
export function importPrivateKey({ privateKey, publicKey }: SigningKey): Promise<CryptoKey> {
  return importOnce({ d: privateKey, x: publicKey });
}

/** The key to check signatures with; for given text always the same object while it is in use. */
export function importPublicKey(publicKey: string): Promise<CryptoKey> {
  return importOnce({ x: publicKey });
}

async function importOnce(parts: { d?: string; x: string }): Promise<CryptoKey> {
  const name = `${parts.d ?? ""}.${parts.x}`;
  const known = imported.get(name);
  if (known !== undefined) return known;
  const key = await importJWK({ kty: "OKP", crv: "Ed25519", ...parts }, "EdDSA");
  if (key instanceof Uint8Array) throw new Error("An Ed25519 key was imported as a secret");
  imported.set(name, key);
  return key;
}
