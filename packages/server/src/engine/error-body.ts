import type { Failure } from "./engine.ts";

/** The body of an error reply: `message` and `code` are what Hrana clients read, `error` what HTTP clients do. */
export function errorBody({ code, message }: Omit<Failure, "status">): string {
  return JSON.stringify({ error: message, code, message });
}

/** The code in a body that {@link errorBody} made. */
export function codeOf(body: Buffer): string {
  const { code }: Pick<Failure, "code"> = JSON.parse(body.toString());
  return code;
}
