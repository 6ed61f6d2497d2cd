import { entriesOf, operationsOf, referencedComponent } from "../lib/document.js";

export default function pathParameterShared(document) {
  const components = document.components?.parameters ?? {};
  const isShared = (parameter) => components[referencedComponent(parameter, "parameters")];
  const ofItems = entriesOf(document.paths).flatMap(([url, { parameters = [] }]) =>
    parameters
      .map((parameter, at) => ({ parameter, path: ["paths", url, "parameters", at] }))
      .filter(({ parameter }) => !isShared(parameter))
      .map(({ path }) => ({
        message: "A parameter of the path must be a $ref to components/parameters.",
        path,
      })),
  );
  const ofOperations = operationsOf(document).flatMap(({ operation, path }) =>
    (operation.parameters ?? [])
      .map((parameter, at) => ({ ...(isShared(parameter) ?? parameter), at }))
      .filter((parameter) => parameter.in === "path")
      .map(({ name, at }) => ({
        message: `"${name}" must stand once, at the path item, for all its operations.`,
        path: [...path, "parameters", at],
      })),
  );
  return [...ofItems, ...ofOperations];
}
