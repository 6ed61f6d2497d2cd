import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import * as client from "@logicaldb/client";

test("these values are public, and no others", () => {
  expect(Object.keys(client).toSorted()).toEqual([
    "ApiError",
    "ConnectionError",
    "DecodeError",
    "LogicaldbError",
    "UnsafePathError",
    "createClient",
  ]);
});

test("the sources import their own files, the contract and openapi-fetch only", async () => {
  const directory = new URL("../src/", import.meta.url);
  const imported = new Set<string>();
  for (const name of await readdir(directory)) {
    const source = await readFile(new URL(name, directory), "utf8");
    for (const [, specifier = ""] of source.matchAll(/\bfrom "([^"]+)"/g)) {
      if (!specifier.startsWith("./")) imported.add(specifier);
    }
  }
  expect([...imported].toSorted()).toEqual(["@logicaldb/contract", "openapi-fetch"]);
});
