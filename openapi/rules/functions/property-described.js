import { schemasOf } from "../lib/schemas.js";

export default function propertyDescribed(document) {
  // A referenced schema brings its own description; it is checked where it is defined.
  return schemasOf(document)
    .filter(({ schema, role }) => role && schema.$ref === undefined && !schema.description)
    .map(({ path, role }) => ({ message: `The ${role} must have a description.`, path }));
}
