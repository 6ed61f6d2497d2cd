import { createServer } from "node:http";
import { expect, test } from "vitest";
import { checkAnswer } from "./check-answer.ts";
import { takeProblems } from "./watch.ts";

const url = "http://127.0.0.1/v1/organizations/acme/databases";
const json = { "content-type": "application/json" };
const refusal = (code: string) => JSON.stringify({ error: "no", code });

/** What the check says of an answer to listDatabases. */
function problemOf(status: number, text: string, headers: Record<string, string> = json) {
  return checkAnswer({ method: "GET", url, status, text, headers: new Headers(headers) })?.problem;
}

test("answers that keep the contract pass", () => {
  expect(problemOf(200, '{"databases":[]}')).toBeUndefined();
  expect(problemOf(429, refusal("rate_limited"), { ...json, "retry-after": "1" })).toBeUndefined();
  const elsewhere = { method: "GET", status: 404, headers: new Headers(json) };
  const text = refusal("route_not_found");
  const nowhere = checkAnswer({ ...elsewhere, text, url: "http://127.0.0.1/v1/nowhere" });
  expect(nowhere).toEqual({ operationId: undefined, status: 404, problem: undefined });
  expect(checkAnswer({ ...elsewhere, text, url: "http://127.0.0.1/db-acme/v3" })).toBeUndefined();
});

test.each([
  ["a status that is not documented", 418, refusal("internal_error"), /does not document 418/],
  ["a body that breaks its schema", 200, '{"databases":[{"Name":"x"}]}', /must have required/],
  ["a code of another status", 404, refusal("database_exists"), /does not belong to 404/],
  ["a code that nobody knows", 404, refusal("lost"), /must be equal to one of/],
  ["a body that is cut short", 200, '{"databases":[', /not JSON/],
  ["a header that is missing", 429, refusal("rate_limited"), /Retry-After is missing/],
])("%s is a problem", (_, status, text, problem) => {
  expect(problemOf(status, text)).toMatch(problem);
});

test("a page instead of JSON is a problem", () => {
  expect(problemOf(200, "<html>", { "content-type": "text/html" })).toMatch(/not JSON/);
});

test("whatever a test receives by fetch is checked", async () => {
  const liar = createServer((_, response) => {
    response.writeHead(201, json).end("{}");
  });
  await new Promise<void>((resolve) => liar.listen(0, "127.0.0.1", resolve));
  const address = liar.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await fetch(`http://127.0.0.1:${port}/v1/locations`);
  await new Promise((resolve) => liar.close(resolve));
  expect(takeProblems()).toEqual([expect.stringMatching(/listLocations does not document 201/)]);
});
