import { entriesOf, referencedComponent } from "../lib/document.js";

export default function operationExamples(operation, _options, context) {
  const { operationId, requestBody, responses } = operation;
  return [
    ...problems(requestBody?.content, `${operationId}.request`, ["requestBody"]),
    ...problems(responses?.["200"]?.content, `${operationId}.response`, ["responses", "200"]),
  ].map(({ message, path }) => ({ message, path: [...context.path, ...path] }));
}

function problems(content, prefix, at) {
  return entriesOf(content).flatMap(([type, media]) => {
    const path = [...at, "content", type];
    const examples = entriesOf(media.examples);
    if (examples.length === 0) return [{ message: `The body needs an example "${prefix}".`, path }];
    return examples
      .filter(([key, value]) => !isNamed(key, value, prefix))
      .map(([key]) => ({
        message: `Example "${key}" must begin with "${prefix}" and be a $ref to the component of its name.`,
        path: [...path, "examples", key],
      }));
  });
}

function isNamed(key, value, prefix) {
  const begins = key === prefix || key.startsWith(`${prefix}.`);
  return begins && referencedComponent(value, "examples") === key;
}
