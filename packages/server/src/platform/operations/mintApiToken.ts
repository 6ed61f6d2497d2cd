import { createApiToken } from "../../store/api-tokens.ts";
import { generateApiToken } from "../../tokens/api-token.ts";
import { ApiError } from "../errors.ts";
import { quote } from "../quote.ts";
import type { CallerContext, Input, Output } from "../operation.ts";

/** Operation mintApiToken. Its answer is the only place where the value ever is. */
export async function mintApiToken(
  { store, caller, now }: CallerContext,
  { path }: Input<"mintApiToken">,
): Promise<Output<"mintApiToken">> {
  const { id, token, hash } = generateApiToken();
  const { username } = caller;
  const name = path.token_name;
  const outcome = await createApiToken(store, { id, username, name, hash, createdAt: now() });
  if (outcome === "exists") {
    throw new ApiError(
      "api_token_exists",
      `you have an API token ${quote(name)} already: revoke it or choose another name`,
    );
  }
  return { id, name, token };
}
