export default function statusDocumented(operation, _options, context) {
  const required = ["429", "500"];
  if (operation.security?.length !== 0) required.push("401");
  if (operation.requestBody !== undefined) required.push("400", "413");
  return required
    .filter((status) => operation.responses?.[status] === undefined)
    .toSorted()
    .map((status) => ({
      message: `The operation can answer ${status} and must document it.`,
      path: [...context.path, "responses"],
    }));
}
