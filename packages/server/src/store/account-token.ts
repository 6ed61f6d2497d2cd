import type { Store } from "./store.ts";
import { deleteApiTokenById, findApiToken, listApiTokens, replaceApiToken } from "./api-tokens.ts";
import { generateApiToken, hashApiToken, tokenIdFrom } from "../tokens/api-token.ts";

/** The token minted at the first start. */
const mintedName = "default";
/** The token given by --token; it counts as long as the server is started with it. */
const givenName = "command-line";

/** A platform token that was made now, or undefined where the account has one already. */
export type NewToken = string | undefined;

/**
 * Sees to it that the account has a platform token.
 *
 * @param given the token of --token
 * @param now milliseconds since 1970
 * @returns the token where it was minted now: the only time that its value is known
 */
export async function ensureAccountToken(
  store: Store,
  username: string,
  given: string | undefined,
  now: number,
): Promise<NewToken> {
  const id = tokenIdFrom(`--token of ${username}`);
  const hash = given === undefined ? undefined : hashApiToken(given);
  const known = hash === undefined ? undefined : await findApiToken(store, hash);
  // The same as at the last start, which may have been on a disk that is full now.
  if (known?.id === id) return undefined;
  await deleteApiTokenById(store, id);
  const own = await listApiTokens(store, username);
  if (hash === undefined) {
    return own.length === 0 ? await replaceAccountToken(store, username, now) : undefined;
  }
  // The account's own is to outlive this start: its owner may just have set the variable.
  if (known?.username === username) return undefined;
  const name = freeName(own.map((token) => token.name));
  await replaceApiToken(store, { id, hash, username, name, createdAt: now });
  return undefined;
}

/** Its owner may have named another token like it. */
function freeName(taken: readonly string[]): string {
  const names = [givenName, ...taken.map((_, index) => `${givenName} ${index + 2}`)];
  return names.find((name) => !taken.includes(name)) ?? givenName;
}

/**
 * Puts a new token in the place of the one minted at the first start, which may be lost.
 *
 * @param now milliseconds since 1970
 * @returns the new token
 */
export async function replaceAccountToken(
  store: Store,
  username: string,
  now: number,
): Promise<string> {
  const { id, token, hash } = generateApiToken();
  await replaceApiToken(store, { id, hash, username, name: mintedName, createdAt: now });
  return token;
}
