import { entriesOf, referencedFile, referencesIn } from "../lib/document.js";

// What a $ref may refer to, by the key that holds a map or a list of such objects ...
const inside = {
  paths: "paths",
  parameters: "components/parameters",
  responses: "components/responses",
  headers: "components/headers",
  examples: "components/examples",
  securitySchemes: "components/securitySchemes",
  schemas: "components/schemas",
  properties: "components/schemas",
  allOf: "components/schemas",
  anyOf: "components/schemas",
  oneOf: "components/schemas",
};
// ... or by its own key.
const at = {
  schema: "components/schemas",
  items: "components/schemas",
  additionalProperties: "components/schemas",
  propertyNames: "components/schemas",
};

export default function refPlacement(files) {
  return entriesOf(files).flatMap(([file, document]) =>
    referencesIn(document).flatMap(({ value, path }) =>
      problems(file, value, path).map((message) => ({ message, path: ["files", file, ...path] })),
    ),
  );
}

function problems(file, value, path) {
  const folder = inside[path.at(-2)] ?? at[path.at(-1)];
  if (folder === undefined) return ["OpenAPI allows no $ref here."];
  if (Object.keys(value).length > 1) return ["What stands beside a $ref is ignored by some tools."];
  const target = referencedFile(file, value.$ref);
  return target.startsWith(`${folder}/`) ? [] : [`A $ref must lead to ${folder} here.`];
}
