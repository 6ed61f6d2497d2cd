import { createClient } from "@logicaldb/client";
import { ApiError as Refusal } from "../platform/errors.ts";

/** What the operation would have refused by HTTP, as the client would have thrown it; else the error itself. */
export async function asClientsError(error: unknown): Promise<unknown> {
  if (!(error instanceof Refusal)) return error;
  const { code, status, message } = error;
  // The client itself knows which class it is.
  const client = createClient({
    token: "none",
    fetch: () => Response.json({ error: message, code }, { status }),
  });
  const answer = await client.try.POST("/v1/organizations/{org_slug}/databases", {
    params: { path: { org_slug: "none" } },
    body: { name: "none" },
  });
  return answer.error;
}

/** What a test asked for and no server has answered, as a mistake in the test; else the error itself. */
export function asMistake(error: unknown): unknown {
  return error instanceof Refusal ? new TypeError(error.message) : error;
}
