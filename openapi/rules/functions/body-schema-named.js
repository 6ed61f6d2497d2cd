import { entriesOf, referencedComponent } from "../lib/document.js";

export default function bodySchemaNamed(operation, _options, context) {
  const bodies = [
    { content: operation.requestBody?.content, at: ["requestBody"] },
    { content: operation.responses?.["200"]?.content, at: ["responses", "200"] },
  ];
  return bodies.flatMap(({ content, at }) =>
    entriesOf(content)
      .filter(([, media]) => referencedComponent(media.schema, "schemas") === undefined)
      .map(([type]) => ({
        message: "The schema of a body must be a $ref to components/schemas.",
        path: [...context.path, ...at, "content", type],
      })),
  );
}
