import { componentsOf, entriesOf, referencedComponent } from "../lib/document.js";

export default function errorBodyShared(document) {
  const code = document.components?.schemas?.ApiError?.properties?.code;
  return [
    ...componentsOf("responses", document).flatMap(({ path, value }) => bodyProblems(value, path)),
    ...(document.components?.schemas?.ApiError &&
    referencedComponent(code, "schemas") !== "ErrorCode"
      ? [
          {
            message: '"code" of ApiError must be a $ref to ErrorCode.',
            path: ["components", "schemas", "ApiError"],
          },
        ]
      : []),
  ];
}

function bodyProblems({ content }, path) {
  const bodies = entriesOf(content);
  if (bodies.length === 0) return [{ message: "An error must have a body.", path }];
  return bodies
    .filter(([, { schema }]) => referencedComponent(schema, "schemas") !== "ApiError")
    .map(([type]) => ({
      message: "The schema of an error must be a $ref to ApiError.",
      path: [...path, "content", type],
    }));
}
