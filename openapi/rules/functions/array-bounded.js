import { allows, schemasOf } from "../lib/schemas.js";

export default function arrayBounded(document) {
  return schemasOf(document)
    .filter(({ schema }) => allows(schema, "array") && schema.maxItems === undefined)
    .map(({ path }) => ({ message: 'An array must have "maxItems".', path }));
}
