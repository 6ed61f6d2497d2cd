import { allows, schemasOf } from "../lib/schemas.js";

export default function arrayBounded(document, _options, context) {
  return schemasOf(document, context)
    .filter(({ schema }) => allows(schema, "array") && schema.maxItems === undefined)
    .map(({ path }) => ({ message: 'An array must have "maxItems".', path }));
}
