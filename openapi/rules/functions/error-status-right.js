import { entriesOf, operationsOf, referencedComponent } from "../lib/document.js";

export default function errorStatusRight(document) {
  const { schemas, responses, examples } = document.components ?? {};
  const statuses = schemas?.ErrorCode?.["x-statuses"] ?? {};
  return operationsOf(document).flatMap(({ operation, path }) =>
    entriesOf(operation.responses).flatMap(([status, response]) =>
      codesOf(responses?.[referencedComponent(response, "responses")], examples)
        .filter((code) => String(statuses[code]) !== status)
        .map((code) => ({
          message: `The response shows ${code}, which is ${statuses[code] ?? "no code"}, not ${status}.`,
          path: [...path, "responses", status],
        })),
    ),
  );
}

function codesOf(response, examples) {
  return entriesOf(response?.content)
    .flatMap(([, media]) => entriesOf(media.examples))
    .map(([, example]) => examples?.[referencedComponent(example, "examples")] ?? example)
    .map(({ value }) => value?.code);
}
