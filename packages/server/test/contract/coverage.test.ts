import { type OperationId, operationTable } from "@logicaldb/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestServer } from "../support/server.ts";
import { checkAnswer, isObject } from "./check-answer.ts";
import { type Cause, Coverage } from "./coverage.ts";
import { examplesOfOperations } from "./examples.ts";
import { parameterExamples, urlOf, World } from "./world.ts";

const examples = examplesOfOperations();
const cells = Object.values(operationTable).flatMap(({ operationId, statuses }) =>
  statuses.map((status) => ({ operationId, status })),
);

/** How a request differs from the one that succeeds. */
interface Change {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Null sends none. */
  readonly token?: string | null;
  readonly url?: string;
}

describe("every documented status", () => {
  const coverage = new Coverage();
  let world: World;
  let withoutFaults: TestServer;
  beforeAll(async () => {
    world = await World.start();
    withoutFaults = await TestServer.start({ logLevel: "silent" });
  });
  afterAll(async () => {
    await world.stop();
    await withoutFaults.stop();
  });

  test.each(cells)("$operationId answers $status", async ({ operationId, status }) => {
    const change = realCause(operationId, status);
    await world.reset(status === 200 ? operationId : undefined);
    if (change === undefined) await world.server.setFault(operationId, codeOf(operationId, status));
    const { answer, text } = await request(operationId, change ?? {});
    if (status === 200 && operationTable[operationId].method !== "get") world.changed();
    if (operationId === "setFault" && status === 200) await world.server.clearFaults();
    expect(answer.status, text).toBe(status);
    const { method, statuses } = operationTable[operationId];
    const { url, headers } = answer;
    const seen = checkAnswer({ method: method.toUpperCase(), url, status, headers, text });
    expect(seen).toEqual({ operationId, status, problem: undefined });
    expect(statuses).toContain(status);
    const cause: Cause = change === undefined ? "fault" : "real";
    coverage.add(operationId, status, cause);
    if (cause === "real" && status !== 200) expectExample(operationId, status, text);
  });

  test("is reached, and docs/coverage.md says how", async () => {
    expect(coverage.missing()).toEqual([]);
    const text = `${preface}\n${coverage.toMarkdown()}`;
    await expect(text).toMatchFileSnapshot("../../../../docs/coverage.md");
  });

  test("would be missed if one were not", () => {
    const partial = new Coverage();
    for (const { operationId, status } of cells.slice(1)) partial.add(operationId, status, "real");
    expect(partial.missing()).toEqual(["listDatabases 200"]);
  });

  /** What makes a server give this status by itself; undefined where nothing does on demand. */
  function realCause(operationId: OperationId, status: number): Change | undefined {
    const { security, hasRequestBody, path } = operationTable[operationId];
    const isFaults = path === "/_local/faults";
    switch (status) {
      case 200:
        return {};
      case 400:
        return hasRequestBody ? { body: "[]" } : invalidInput[operationId];
      case 401:
        return security === "none" ? undefined : { token: null };
      case 403:
        return { token: world.stranger };
      case 404:
        return isFaults
          ? { url: withoutFaults.url, token: withoutFaults.token }
          : { path: { [lastParameter(path)]: "absent" } };
      case 409:
        return operationId === "createInstance" ? undefined : {};
      case 413:
        return { body: JSON.stringify({ name: "x".repeat(1024 * 1024) }) };
      default:
        return undefined;
    }
  }

  async function request(operationId: OperationId, change: Change) {
    const { method, hasRequestBody } = operationTable[operationId];
    const path = { ...parameterExamples(operationId).path, ...change.path };
    const { url = world.server.url, token = world.server.token } = change;
    const example = examples.find(
      (each) => each.operationId === operationId && each.status === undefined,
    );
    const body = hasRequestBody ? (change.body ?? JSON.stringify(example?.value)) : undefined;
    const answer = await fetch(url + urlOf(operationId, path, change.query), {
      method: method.toUpperCase(),
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body }),
    });
    return { answer, text: await answer.text() };
  }
});

const invalidInput: Partial<Record<OperationId, Change>> = {
  listDatabases: { query: { limit: "0" } },
  destroyInstance: {},
  mintApiToken: { path: { token_name: "x".repeat(500) } },
  revokeApiToken: { path: { token_name: "x".repeat(500) } },
};

const preface = `# Coverage

Every status that the contract documents, as the tests last received it from a live server. \`real\`: by what causes it in earnest. \`fault\`: asked for with \`PUT /_local/faults\`, because nothing makes a healthy server answer so. Written by \`packages/server/test/contract/coverage.test.ts\` (\`pnpm test -u\`), which fails where a cell is not reached.
`;

/** The parameter that names the resource itself. */
function lastParameter(path: string): string {
  return [...path.matchAll(/\{(\w+)\}/g)].at(-1)?.[1] ?? "";
}

/** The code with which the contract's example shows a status. */
function codeOf(operationId: OperationId, status: number): string {
  const example = examples.find(
    (each) => each.operationId === operationId && each.status === status,
  );
  return isObject(example?.value) ? String(example.value["code"]) : "";
}

/**
 * What the server says must be what one of the contract's examples says, but for names; and where
 * the input decides the words, one example must have the code.
 */
function expectExample(operationId: OperationId, status: number, text: string): void {
  const withoutNames = (body: unknown) =>
    isObject(body) && body["code"] === "invalid_input"
      ? body["code"]
      : JSON.stringify(body).replaceAll(/\\"[^"]*\\"/g, "…");
  const shown = examples
    .filter((each) => each.operationId === operationId && each.status === status)
    .map(({ value }) => withoutNames(value));
  expect(shown).toContain(withoutNames(JSON.parse(text)));
}
