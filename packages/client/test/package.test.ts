import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import * as client from "@logicaldb/client";

test("these values are public, and no others", () => {
  expect(Object.keys(client).toSorted()).toEqual([
    "ApiError",
    "ApiTokenExistsError",
    "AuthenticationError",
    "ConflictError",
    "ConnectionError",
    "DatabaseExistsError",
    "DatabaseNotFoundError",
    "DecodeError",
    "InstanceExistsError",
    "InstanceNotFoundError",
    "LogicaldbError",
    "NotFoundError",
    "PermissionError",
    "PlanRequiredError",
    "RateLimitError",
    "ServerError",
    "TimeoutError",
    "UnsafePathError",
    "attempt",
    "createClient",
    "createPlatform",
    "resilience",
  ]);
});

test("the sources import their own files, the contract and openapi-fetch only", async () => {
  const directory = new URL("../src/", import.meta.url);
  const imported = new Set<string>();
  const names = await readdir(directory, { recursive: true });
  for (const name of names.filter((each) => each.endsWith(".ts"))) {
    const source = await readFile(new URL(name, directory), "utf8");
    for (const [, specifier = ""] of source.matchAll(/\bfrom "([^"]+)"/g)) {
      if (!/^\.\.?\//.test(specifier)) imported.add(specifier);
    }
  }
  expect([...imported].toSorted()).toEqual(["@logicaldb/contract", "openapi-fetch"]);
});
