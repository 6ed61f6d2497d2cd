import { allows, schemasOf } from "../lib/schemas.js";

export default function integerBounded(document) {
  return schemasOf(document)
    .filter(({ schema }) => allows(schema, "integer") && !isBounded(schema))
    .map(({ path }) => ({
      message: 'An integer must have "minimum", and "maximum" or "format".',
      path,
    }));
}

function isBounded({ minimum, maximum, format }) {
  return minimum !== undefined && (maximum !== undefined || format !== undefined);
}
