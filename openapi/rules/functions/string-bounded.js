import { allows, schemasOf } from "../lib/schemas.js";

const bounds = ["maxLength", "enum", "const", "format"];

export default function stringBounded(document) {
  return schemasOf(document)
    .filter(({ schema }) => allows(schema, "string") && !bounds.some((key) => key in schema))
    .map(({ path }) => ({
      message: 'A string must have "maxLength", "enum", "const" or "format".',
      path,
    }));
}
