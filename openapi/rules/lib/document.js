/** Whether the value is an object, so neither a list nor null. */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The entries of an object; none of anything else. */
export function entriesOf(value) {
  return isObject(value) ? Object.entries(value) : [];
}

/** The methods that an operation can have. */
export const methods = ["get", "put", "post", "delete", "patch"];

/** Every operation of a document with its path and its URL. */
export function operationsOf(document) {
  return entriesOf(document.paths).flatMap(([url, pathItem]) =>
    methods
      .filter((method) => isObject(pathItem?.[method]))
      .map((method) => ({
        url,
        method,
        operation: pathItem[method],
        path: ["paths", url, method],
      })),
  );
}

/** All components of one section of a document, with their paths. */
export function componentsOf(section, document) {
  return entriesOf(document.components?.[section]).map(([name, value]) => ({
    name,
    value,
    path: ["components", section, name],
  }));
}

/** The name of the component that a `$ref` points to, if it is in the section. */
export function referencedComponent(value, section) {
  const pattern = new RegExp(`^#/components/${section}/([^/]+)$`);
  return pattern.exec(value?.$ref ?? "")?.[1];
}

/** Section and name of a component, from the path of its file below `openapi/`. */
export function componentFile(file) {
  const match = /^components\/([^/]+)\/([^/]+)\.yaml$/.exec(file);
  return match ? { section: match[1], name: match[2] } : undefined;
}

/** The path, below `openapi/`, of the file that a `$ref` in another file points to. */
export function referencedFile(from, reference) {
  const { pathname } = new URL(reference, new URL(from, "file:///"));
  return decodeURIComponent(pathname.slice(1));
}

/** Every object below a value that holds a `$ref`, with its path. */
export function referencesIn(value, path = []) {
  if (Array.isArray(value)) return value.flatMap((item, at) => referencesIn(item, [...path, at]));
  if (!isObject(value)) return [];
  const own = typeof value.$ref === "string" ? [{ value, path }] : [];
  return [
    ...own,
    ...Object.entries(value).flatMap(([key, child]) => referencesIn(child, [...path, key])),
  ];
}
