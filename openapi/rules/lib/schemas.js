import { componentsOf, entriesOf, isObject } from "./document.js";

/**
 * Every schema in a bundle or in a source file, with its path. `role` is set where the schema
 * defines something that has a name: a component or a property.
 */
export function schemasOf(document, context) {
  const found = [];
  for (const { value, path } of componentsOf("schemas", document, context)) {
    visit(value, path, found, "schema");
  }
  for (const { value, path } of placesWithASchema(document, context)) {
    visit(value.schema, [...path, "schema"], found);
  }
  return found;
}

function placesWithASchema(document, context) {
  const shared = ["parameters", "headers"].flatMap((section) =>
    componentsOf(section, document, context),
  );
  const pathItems = isObject(document.paths)
    ? entriesOf(document.paths).map(([url, value]) => ({ value, path: ["paths", url] }))
    : [{ value: document, path: [] }];
  const inline = pathItems.flatMap(({ value: pathItem, path }) => [
    ...listed(pathItem.parameters, [...path, "parameters"]),
    ...["get", "put", "post", "delete", "patch"].flatMap((method) =>
      listed(pathItem[method]?.parameters, [...path, method, "parameters"]),
    ),
  ]);
  return [...shared, ...inline].filter(({ value }) => isObject(value?.schema));
}

function listed(items, path) {
  return Array.isArray(items) ? items.map((value, at) => ({ value, path: [...path, at] })) : [];
}

function visit(schema, path, found, role) {
  if (!isObject(schema)) return;
  found.push({ schema, path, role });
  for (const [name, child] of entriesOf(schema.properties)) {
    visit(child, [...path, "properties", name], found, `property "${name}"`);
  }
  for (const key of ["items", "additionalProperties", "not"]) {
    visit(schema[key], [...path, key], found);
  }
  for (const key of ["allOf", "anyOf", "oneOf", "prefixItems"]) {
    for (const { value, path: at } of listed(schema[key], [...path, key])) visit(value, at, found);
  }
}

/** Whether the schema allows values of the type. */
export function allows(schema, type) {
  return [schema.type].flat().includes(type);
}
