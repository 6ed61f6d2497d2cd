export default function operationTag(operation, _options, context) {
  const path = [...context.path, "tags"];
  const tags = operation.tags ?? [];
  if (tags.length !== 1) return [{ message: "An operation must have exactly one tag.", path }];
  const declared = context.document.data.tags ?? [];
  if (declared.some(({ name }) => name === tags[0])) return [];
  return [{ message: `Tag "${tags[0]}" is not declared.`, path }];
}
