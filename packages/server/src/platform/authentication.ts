import { findApiToken } from "../store/api-tokens.ts";
import type { ApiToken } from "../store/api-tokens.ts";
import type { Store } from "../store/store.ts";
import { hashApiToken, looksLikeDatabaseToken } from "../tokens/api-token.ts";
import { ApiError } from "./errors.ts";

/**
 * Finds out who sends a request to the Platform API.
 *
 * @param header the value of `Authorization`
 * @throws ApiError token_missing, token_malformed, token_kind or token_invalid
 */
export async function authenticate(store: Store, header: string | undefined): Promise<ApiToken> {
  const value = bearerToken(header);
  const token = await findApiToken(store, hashApiToken(value));
  if (token !== undefined) return token;
  if (looksLikeDatabaseToken(value)) {
    throw new ApiError(
      "token_kind",
      "this is a database token: the Platform API needs a platform token",
    );
  }
  throw new ApiError("token_invalid", "the token is unknown, expired or revoked: mint a new one");
}

function bearerToken(header: string | undefined): string {
  if (header === undefined || header.trim() === "") {
    throw new ApiError("token_missing", 'no token: send "Authorization: Bearer <platform token>"');
  }
  const token = /^\s*bearer +(\S+)\s*$/i.exec(header)?.[1];
  if (token === undefined) {
    throw new ApiError(
      "token_malformed",
      'the Authorization header must be "Bearer" and one token',
    );
  }
  return token;
}
