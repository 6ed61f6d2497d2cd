import { basename } from "node:path";
import { operationTable } from "@logicaldb/contract";
import { expect, test } from "vitest";
import { filesIn } from "../lib/files.ts";

const operationIds = Object.keys(operationTable).toSorted();

test.each([
  ["handler", "packages/server/src/platform/operations", ".ts"],
  ["test", "packages/server/test/platform/operations", ".test.ts"],
])("every operation has a %s of its name, and there is no other", async (_what, folder, ending) => {
  const files = await filesIn(folder, ending);
  const names = files.map((file) => basename(file, ending)).filter((name) => name !== "index");
  expect(names.toSorted()).toEqual(operationIds);
});

test("every example is named after its operation, or after its error", async () => {
  const files = await filesIn("openapi/components/examples", ".yaml");
  const owners = files.map((file) => basename(file).split(".")[0] ?? "");
  expect(new Set(owners)).toEqual(new Set([...operationIds, "error"]));
});
