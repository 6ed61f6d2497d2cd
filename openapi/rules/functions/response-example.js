import { componentsOf, entriesOf } from "../lib/document.js";

export default function responseExample(document) {
  return componentsOf("responses", document).flatMap(({ name, value, path }) =>
    entriesOf(value.content)
      .filter(([, media]) => entriesOf(media.examples).length === 0)
      .map(([type]) => ({
        message: `Response ${name} needs an example.`,
        path: [...path, "content", type],
      })),
  );
}
