/**
 * Runs before every test file. Whatever a test receives from a server by `fetch` is checked against
 * the contract, so that a test which looks at one field does not overlook a lie in the next.
 */
import { afterEach, expect } from "vitest";
import { checkAnswer } from "./check-answer.ts";

// Test files may share a process, and then the first one's check serves all.
const shared: typeof globalThis & { contractProblems?: string[] } = globalThis;
const problems = (shared.contractProblems ??= []);

/** What has been found since the last time somebody asked. */
export function takeProblems(): string[] {
  return problems.splice(0);
}

// Tests of the client talk to servers that lie on purpose, but for those in this folder.
const isExempt = () =>
  /[/\\]packages[/\\]client[/\\]test[/\\](?!server[/\\])/.test(expect.getState().testPath ?? "");

/** Puts the check around a `fetch`. */
function watched(send: typeof fetch): typeof fetch {
  const watching: typeof fetch = async (input, init) => {
    const response = await send(input, init);
    const method = init?.method ?? (input instanceof Request ? input.method : "GET");
    const url = input instanceof Request ? input.url : String(input);
    if (isExempt() || !/^https?:\/\/[^/]+\/(v1|_local)\//.test(url)) return response;
    const { status, headers } = response;
    const text = await response.clone().text();
    const problem = checkAnswer({
      method: method.toUpperCase(),
      url,
      status,
      headers,
      text,
    })?.problem;
    if (problem !== undefined) problems.push(problem);
    return response;
  };
  return Object.assign(watching, { isWatching: true });
}

if (!("isWatching" in globalThis.fetch)) globalThis.fetch = watched(globalThis.fetch);

afterEach(() => {
  const found = takeProblems();
  if (found.length > 0) throw new Error(`Answers break the contract:\n${found.join("\n")}`);
});
