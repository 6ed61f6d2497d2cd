import { componentsOf } from "../lib/document.js";
import { allows } from "../lib/schemas.js";

const limits = ["pattern", "format", "enum", "const"];

export default function identifierPatterned(document) {
  return componentsOf("schemas", document)
    .filter(({ name }) => /(Name|Slug|Code|Id|Hostname)$/.test(name))
    .filter(({ value }) => allows(value, "string") && !limits.some((key) => key in value))
    .map(({ name, path }) => ({
      message: `${name} must have "pattern", "format" or "enum": it ends up in URLs and file names.`,
      path,
    }));
}
