import { allows, schemasOf } from "../lib/schemas.js";

const bounds = ["maxLength", "enum", "const", "format"];

export default function stringBounded(document, _options, context) {
  return schemasOf(document, context)
    .filter(({ schema }) => allows(schema, "string") && !bounds.some((key) => key in schema))
    .map(({ path }) => ({
      message: 'A string must have "maxLength", "enum", "const" or "format".',
      path,
    }));
}
