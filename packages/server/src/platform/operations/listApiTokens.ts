import { listApiTokens as listStored } from "../../store/api-tokens.ts";
import type { CallerContext, Output } from "../operation.ts";

/** Operation listApiTokens: names and ids; the values are not known. */
export async function listApiTokens({
  store,
  caller,
}: CallerContext): Promise<Output<"listApiTokens">> {
  const tokens = await listStored(store, caller.username);
  return { tokens: tokens.map(({ id, name }) => ({ id, name })) };
}
