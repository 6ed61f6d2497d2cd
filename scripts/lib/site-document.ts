import { type ClientMethod, clientMethods } from "./client-methods.ts";
import { codeSamples } from "./code-samples.ts";
import { type Guide, guideSections } from "./guides.ts";
import { asRecord, asString, isRecord, type JsonRecord } from "./json.ts";

/**
 * The contract as the reference site shows it: with the guides before the operations, and names
 * and code samples at each. They are for readers; the contract that programs load has neither.
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
    paths: pathsForReaders(contract),
    components: withoutLengths(asRecord(contract["components"], "components")),
  };
}

function tagGroups(contract: JsonRecord): JsonRecord[] {
  const { tags } = contract;
  if (!Array.isArray(tags)) throw new Error("tags is not a list");
  const names = tags.map((tag: unknown) => asString(asRecord(tag, "a tag")["name"], "its name"));
  return [{ name: "Reference", tags: [...names, "Schemas"] }];
}

function pathsForReaders(contract: JsonRecord): JsonRecord {
  const methods = clientMethods(contract);
  return Object.fromEntries(
    Object.entries(asRecord(contract["paths"], "paths")).map(([path, item]) => [
      path,
      Object.fromEntries(
        Object.entries(asRecord(item, path)).map(([method, operation]) => {
          const found = methods.find((each) => each.path === path && each.method === method);
          return [method, forReaders(contract, operation, found)];
        }),
      ),
    ]),
  );
}

function forReaders(contract: JsonRecord, operation: unknown, method: ClientMethod | undefined) {
  if (method === undefined || !isRecord(operation)) return operation;
  const { operationId, resource, description } = method;
  return {
    ...operation,
    // The search finds what is in the text.
    description: `${description}\n\nOperation \`${operationId}\`, in the client \`${resource}\`.`,
    "x-codeSamples": codeSamples(contract, method),
  };
}

/** What bounds the length of a name in a path is the length of a URL: no reader needs that. */
function withoutLengths(components: JsonRecord): JsonRecord {
  const parameters = asRecord(components["parameters"], "parameters");
  const written = Object.entries(parameters).map(([name, value]) => {
    const parameter = asRecord(value, name);
    if (parameter["in"] !== "path") return [name, parameter];
    const { maxLength: _, ...schema } = asRecord(parameter["schema"], name);
    return [name, { ...parameter, schema }];
  });
  return { ...components, parameters: Object.fromEntries(written) };
}
