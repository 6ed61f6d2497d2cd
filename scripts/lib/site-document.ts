import { codeSamples } from "./code-samples.ts";
import { type Guide, guideSections } from "./guides.ts";
import { asRecord, asString, isRecord, type JsonRecord } from "./json.ts";
import { type OperationRow, operationRows } from "./operation-table.ts";

/**
 * The contract as the reference site shows it: with the guides before the operations, and code
 * samples at each. They are for readers; the contract that programs load has neither.
 */
export async function siteDocument(
  contract: JsonRecord,
  guides: readonly Guide[],
): Promise<JsonRecord> {
  const info = asRecord(contract["info"], "info");
  // What follows its first heading is for readers who have only the contract.
  const [introduction = ""] = asString(info["description"], "description of info").split("\n## ");
  return {
    ...contract,
    info: { ...info, description: `${introduction}\n${await guideSections(guides)}` },
    "x-tagGroups": tagGroups(contract),
    paths: pathsWithSamples(contract),
  };
}

function tagGroups(contract: JsonRecord): JsonRecord[] {
  const { tags } = contract;
  if (!Array.isArray(tags)) throw new Error("tags is not a list");
  const names = tags.map((tag: unknown) => asString(asRecord(tag, "a tag")["name"], "its name"));
  return [{ name: "Reference", tags: [...names, "Schemas"] }];
}

function pathsWithSamples(contract: JsonRecord): JsonRecord {
  const rows = operationRows("openapi", contract);
  return Object.fromEntries(
    Object.entries(asRecord(contract["paths"], "paths")).map(([path, item]) => [
      path,
      Object.fromEntries(
        Object.entries(asRecord(item, path)).map(([method, operation]) => {
          const row = rows.find((each) => each.path === path && each.method === method);
          return [method, withSamples(contract, operation, row)];
        }),
      ),
    ]),
  );
}

function withSamples(contract: JsonRecord, operation: unknown, row: OperationRow | undefined) {
  if (row === undefined || !isRecord(operation)) return operation;
  return { ...operation, "x-codeSamples": codeSamples(contract, row) };
}
