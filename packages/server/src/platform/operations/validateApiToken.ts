import type { CallerContext, Output } from "../operation.ts";

/** Operation validateApiToken: a token that got this far is valid, and none of them expires. */
export function validateApiToken(_context: CallerContext): Output<"validateApiToken"> {
  return { exp: -1 };
}
