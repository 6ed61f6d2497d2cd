export default function statusDocumented(operation, _options, context) {
  const url = context.path.at(-2);
  return requiredStatuses(operation, url)
    .filter((status) => operation.responses?.[status] === undefined)
    .map((status) => ({
      message: `The operation can answer ${status} and must document it.`,
      path: [...context.path, "responses"],
    }));
}

function requiredStatuses({ operationId = "", security, requestBody }, url) {
  const creates = operationId.startsWith("create");
  // What is created or minted under a name in the path need not exist before.
  const makesTheLastName = /^(create|mint)/.test(operationId) && url.endsWith("}");
  const names = Array.from(url.matchAll(/\{\w+\}/g)).length - (makesTheLastName ? 1 : 0);
  return Object.entries({
    400: creates || requestBody !== undefined,
    401: security?.length !== 0,
    402: creates,
    403: url.includes("{org_slug}"),
    404: names > 0,
    409: creates || makesTheLastName,
    413: requestBody !== undefined,
    429: true,
    500: true,
  })
    .filter(([, applies]) => applies)
    .map(([status]) => status);
}
