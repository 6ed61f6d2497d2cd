import { allows, schemasOf } from "../lib/schemas.js";

// A UUID in base64url, as API tokens have them.
const shortUuid = "^[A-Za-z0-9_-]{22}$";

export default function idFormat(document) {
  return schemasOf(document)
    .filter(
      ({ name, schema }) =>
        /^(id|uuid)$|^[A-Z]\w*Id$/.test(name ?? "") && schema.$ref === undefined,
    )
    .filter(({ schema }) => !allows(schema, "string") || !isUuid(schema))
    .map(({ name, path }) => ({
      message: `"${name}" must be a string of format uuid, or have the pattern ${shortUuid}.`,
      path,
    }));
}

function isUuid({ format, pattern }) {
  return format === "uuid" || pattern === shortUuid;
}
