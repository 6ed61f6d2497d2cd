import { operationsOf } from "../lib/document.js";

export default function tagUsed(tags, _options, context) {
  const used = new Set(
    operationsOf(context.document.data).flatMap(({ operation }) => operation.tags ?? []),
  );
  return tags.flatMap(({ name }, at) =>
    used.has(name)
      ? []
      : [{ message: `No operation has the tag "${name}".`, path: [...context.path, at] }],
  );
}
