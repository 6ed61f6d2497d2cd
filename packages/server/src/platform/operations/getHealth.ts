import type { Output, ServerContext } from "../operation.ts";

/** Operation getHealth: a server that can answer is ready. */
export function getHealth({ version }: ServerContext): Output<"getHealth"> {
  return { status: "ok", version };
}
