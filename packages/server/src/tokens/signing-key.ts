import { createPrivateKey, generateKeyPair, type KeyObject } from "node:crypto";
import { setImmediate } from "node:timers/promises";
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

/** Importing a key costs as much as using it, or more; these hold those in use, by their text. */
const privateKeys = boundedCache<string, KeyObject>(10_000);
const publicKeys = boundedCache<string, CryptoKey>(10_000);

/** What whoever asks next gets, and nobody else; before the first key, there is none. */
let next: Promise<SigningKey> | undefined;

/**
 * Makes a new key pair for one database, as operations createDatabase and
 * invalidateDatabaseTokens need it. It was begun when the one before was asked for, so that mostly
 * nobody waits for it.
 *
 * @returns both parts as text, fit for the store
 */
export function generateSigningKey(): Promise<SigningKey> {
  const own = next ?? make();
  // To begin it takes a tenth of a millisecond, which is not for the first one to wait for.
  next = setImmediate().then(make);
  // Whoever gets it hears of a failure.
  next.catch(() => {});
  return own;
}

async function make(): Promise<SigningKey> {
  const pair = await generate("ed25519");
  const { d, x } = pair.privateKey.export({ format: "jwk" });
  if (d === undefined || x === undefined) {
    throw new Error("A new Ed25519 key was exported without its `d` or `x`");
  }
  // Mostly, a token is minted soon.
  privateKeys.set(d, pair.privateKey);
  return { privateKey: d, publicKey: x };
}

/** The key to sign with; for a given pair always the same object while it is in use. */
export function importPrivateKey({ privateKey, publicKey }: SigningKey): KeyObject {
  const known = privateKeys.get(privateKey);
  if (known !== undefined) return known;
  const jwk = { kty: "OKP", crv: "Ed25519", d: privateKey, x: publicKey };
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  privateKeys.set(privateKey, key);
  return key;
}

/** The key to check signatures with; for given text always the same object while it is in use. */
export async function importPublicKey(publicKey: string): Promise<CryptoKey> {
  const known = publicKeys.get(publicKey);
  if (known !== undefined) return known;
  const key = await importJWK({ kty: "OKP", crv: "Ed25519", x: publicKey }, "EdDSA");
  if (key instanceof Uint8Array) throw new Error("An Ed25519 key was imported as a secret");
  publicKeys.set(publicKey, key);
  return key;
}
