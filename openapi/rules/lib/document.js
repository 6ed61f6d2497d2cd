/** Whether the value is an object, so neither a list nor null. */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The entries of an object; none of anything else. */
export function entriesOf(value) {
  return isObject(value) ? Object.entries(value) : [];
}

/** Absolute path of the file that is linted, with forward slashes. */
export function sourceOf(context) {
  return (context.document.source ?? "").replaceAll("\\", "/");
}

/**
 * What a source file below `components/` is, from its path: the section and the component's name.
 * Nothing for a bundle, a root document or a path item.
 */
export function componentFile(context) {
  const match = /\/components\/([^/]+)\/([^/]+)\.yaml$/.exec(sourceOf(context));
  return match ? { section: match[1], name: match[2] } : undefined;
}

/**
 * All components of one section with their paths: of a bundle, the members of the section; of a
 * source file in that section, the file itself.
 */
export function componentsOf(section, document, context) {
  if (componentFile(context)?.section === section) {
    return [{ name: componentFile(context).name, value: document, path: [] }];
  }
  return entriesOf(document.components?.[section]).map(([name, value]) => ({
    name,
    value,
    path: ["components", section, name],
  }));
}

/** The name of the component that a `$ref` points to, if it is in the section. */
export function referencedComponent(value, section) {
  const pattern = new RegExp(`(?:^|/)components/${section}/([^/]+?)(?:\\.yaml)?$`);
  return pattern.exec(value?.$ref ?? "")?.[1];
}
