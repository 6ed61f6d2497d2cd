import type { OperationName } from "./calls.ts";
import { DecodeError } from "./errors.ts";
import { requestId } from "./header.ts";
import type { Outcome } from "./transport/transport.ts";

/**
 * The error of an answer that is one by its shape, and lacks something.
 *
 * @param lacking what that is, after "has no"
 */
export function wrongAnswer(
  operation: OperationName,
  { response }: Partial<Pick<Outcome, "response">>,
  lacking: string | undefined,
): DecodeError {
  const reason = `the answer has no ${lacking}`;
  return new DecodeError({ operation, status: 200, requestId: requestId(response), reason });
}
