import { deleteApiToken } from "../../store/api-tokens.ts";
import { ApiError } from "../errors.ts";
import { quote } from "../quote.ts";
import type { CallerContext, Input, Output } from "../operation.ts";

/** Operation revokeApiToken. A token may revoke itself. */
export async function revokeApiToken(
  { store, caller }: CallerContext,
  { path }: Input<"revokeApiToken">,
): Promise<Output<"revokeApiToken">> {
  const name = path.token_name;
  if (!(await deleteApiToken(store, caller.username, name))) {
    throw new ApiError("api_token_not_found", `you have no API token ${quote(name)}`);
  }
  return { token: name };
}
