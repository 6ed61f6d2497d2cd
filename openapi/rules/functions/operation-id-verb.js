export default function operationIdVerb(operation, verbsByMethod, context) {
  const method = context.path.at(-1);
  const verbs = verbsByMethod[method] ?? [];
  const pattern = new RegExp(`^(${verbs.join("|")})[A-Z][A-Za-z]*$`);
  if (verbs.length > 0 && pattern.test(operation.operationId ?? "")) return [];
  const expected = verbs.length === 0 ? "no verb is known" : `one of ${verbs.join(", ")}`;
  return [
    {
      message: `The operationId of a ${method} must be a verb and a noun in camel case; verbs: ${expected}.`,
      path: [...context.path, "operationId"],
    },
  ];
}
