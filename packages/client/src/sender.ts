import type { PagedItems, ResourceAnswers, ResourceSender } from "@logicaldb/contract";
import type { MethodOptions, Result } from "./calls.ts";
import { type Connection, dataOf, send } from "./connection.ts";
import { checkInput } from "./input.ts";
import { wrongAnswer } from "./wrong-answer.ts";

/** An operation that a method calls. */
type Operation = keyof ResourceAnswers;

/** Any answer, and how its list goes on. */
interface Page {
  readonly [property: string]: unknown;
  readonly pagination?: { readonly next: string | null };
}

/** Sends the requests of all resources, for one organization. */
export function resourceSender(
  connection: Connection,
  organization: string,
): ResourceSender<MethodOptions> {
  return {
    call: async <Name extends Operation>(
      operation: Name,
      path: readonly string[],
      options?: MethodOptions,
      returns?: string,
      like?: unknown,
      input?: object,
      query?: readonly string[],
    ) =>
      pick<ResourceAnswers[Name]>(
        operation,
        await sent(operation, path, options, input, query),
        returns,
        like,
      ),

    async *pages<Name extends keyof PagedItems>(
      operation: Name,
      path: readonly string[],
      options: MethodOptions | undefined,
      returns: string,
      like: unknown,
      input?: { readonly limit?: unknown },
    ) {
      const cursors = new Set<unknown>();
      let cursor: string | null | undefined;
      do {
        // So many items a page has unless the caller says so.
        const asked = { ...input, limit: input?.limit ?? 100, cursor };
        const result = await sent(operation, path, options, asked);
        for (const item of pick<readonly PagedItems[Name][]>(operation, result, returns, like)) {
          options?.signal?.throwIfAborted();
          yield item;
        }
        cursor = result.data?.pagination?.next;
        if (cursors.has(cursor)) throw wrongAnswer(operation, result, "new cursor");
        cursors.add(cursor);
      } while (cursor);
    },
  };

  function sent(
    operation: Operation,
    values: readonly string[],
    options: MethodOptions = {},
    input: object = {},
    queryNames: readonly string[] = [],
  ): Promise<Result<Page>> {
    checkInput(input);
    let next = 0;
    const query: Record<string, unknown> = {};
    let body: Record<string, unknown> | undefined;
    for (const [name, value] of Object.entries(input)) {
      // A GET has no body, whatever it is given.
      const isQuery = queryNames.includes(name) || operation.startsWith("GET");
      (isQuery ? query : (body ??= {}))[name] = value;
    }
    return send<Page>(
      connection,
      operation,
      options,
      (name) => (name === "org_slug" ? organization : values[next++]),
      query,
      body,
    );
  }
}

/** What a method returns of the answer. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as in answer.ts: here a part of the answer gets its type
function pick<Part>(
  operation: Operation,
  result: Result<Page>,
  returns: string | undefined,
  like: unknown,
): Part {
  const answer = dataOf(result);
  const part: unknown = returns === undefined ? answer : answer[returns];
  if (isLike<Part>(part, like)) return part;
  throw wrongAnswer(operation, result, returns);
}

/** Whether it is a text, a list or an object, as the sample is. An empty text is none. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as in answer.ts: here a part of it gets its type
function isLike<Part>(part: unknown, like: unknown): part is Part {
  return part !== "" && part?.constructor === like?.constructor;
}
