import type { Store } from "./store/open.ts";
import {
  deleteApiToken,
  findApiToken,
  listApiTokens,
  replaceApiToken,
} from "./store/api-tokens.ts";
import { generateApiToken, generateTokenId, hashApiToken } from "./tokens/api-token.ts";

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
export async function ensureAccessToken(
  store: Store,
  username: string,
  given: string | undefined,
  now: number,
): Promise<NewToken> {
  if (given !== undefined) {
    const token = { id: generateTokenId(), hash: hashApiToken(given) };
    const known = await findApiToken(store, token.hash);
    if (known?.username === username && known.name !== givenName) {
      // The account's own, which is to outlive this start: its owner may just have set the variable.
      await deleteApiToken(store, username, givenName);
      return undefined;
    }
    await replaceApiToken(store, { ...token, username, name: givenName, createdAt: now });
    return undefined;
  }
  await deleteApiToken(store, username, givenName);
  const tokens = await listApiTokens(store, username);
  return tokens.length === 0 ? await replaceAccessToken(store, username, now) : undefined;
}

/**
 * Puts a new token in the place of the one minted at the first start, which may be lost.
 *
 * @param now milliseconds since 1970
 * @returns the new token
 */
export async function replaceAccessToken(
  store: Store,
  username: string,
  now: number,
): Promise<string> {
  const { id, token, hash } = generateApiToken();
  await replaceApiToken(store, { id, hash, username, name: mintedName, createdAt: now });
  return token;
}
