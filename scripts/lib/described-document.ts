import { asRecord, asString, isRecord, type JsonRecord } from "./json.ts";

/**
 * The document for those who read its properties one by one: a property that is only a reference
 * says in the first paragraph what it refers to, unless it says something itself.
 */
export function describedDocument(document: JsonRecord): JsonRecord {
  return asRecord(described(document), "the document");

  function described(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(described);
    if (!isRecord(value)) return value;
    const { properties } = value;
    const inner = Object.entries(value).map(([key, each]) => [key, described(each)]);
    const result = asRecord(Object.fromEntries(inner), "an object");
    if (!isRecord(properties)) return result;
    const named = Object.entries(properties).map(([name, schema]) => [name, property(schema)]);
    return { ...result, properties: Object.fromEntries(named) };
  }

  function property(schema: unknown): unknown {
    if (!isRecord(schema) || typeof schema["$ref"] !== "string") return described(schema);
    const { description, deprecated = false } = referred(schema["$ref"]);
    const [said] = asString(description, `description of ${schema["$ref"]}`).split("\n\n");
    return { description: said, deprecated, ...schema };
  }

  function referred(reference: string): JsonRecord {
    const [, ...keys] = reference.split("/");
    return keys.reduce((inner, key) => asRecord(inner[key], reference), document);
  }
}
