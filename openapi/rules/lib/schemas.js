import { componentsOf, entriesOf, isObject, operationsOf } from "./document.js";

/**
 * Every schema of a document, with its path. `role` and `name` are set where the schema defines
 * something that has a name: a component or a property.
 */
export function schemasOf(document) {
  const found = [];
  for (const { name, value, path } of componentsOf("schemas", document)) {
    visit(value, path, found, { role: "schema", name });
  }
  for (const { value, path } of placesWithASchema(document)) {
    visit(value.schema, [...path, "schema"], found, {});
  }
  return found;
}

function placesWithASchema(document) {
  const shared = ["parameters", "headers"].flatMap((section) => componentsOf(section, document));
  const ofPathItems = entriesOf(document.paths).flatMap(([url, { parameters }]) =>
    listed(parameters, ["paths", url, "parameters"]),
  );
  const ofOperations = operationsOf(document).flatMap(({ operation, path }) =>
    listed(operation.parameters, [...path, "parameters"]),
  );
  return [...shared, ...ofPathItems, ...ofOperations].filter(({ value }) =>
    isObject(value?.schema),
  );
}

function listed(items, path) {
  return Array.isArray(items) ? items.map((value, at) => ({ value, path: [...path, at] })) : [];
}

function visit(schema, path, found, what) {
  if (!isObject(schema)) return;
  found.push({ schema, path, ...what });
  for (const [name, child] of entriesOf(schema.properties)) {
    visit(child, [...path, "properties", name], found, { role: `property "${name}"`, name });
  }
  for (const key of ["items", "additionalProperties", "not"]) {
    visit(schema[key], [...path, key], found, {});
  }
  for (const key of ["allOf", "anyOf", "oneOf", "prefixItems"]) {
    for (const { value, path: at } of listed(schema[key], [...path, key])) {
      visit(value, at, found, {});
    }
  }
}

/** Whether the schema allows values of the type. */
export function allows(schema, type) {
  return [schema.type].flat().includes(type);
}
