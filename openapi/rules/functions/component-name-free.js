import { componentsOf, operationsOf } from "../lib/document.js";

/** The sections whose components become types. */
const sections = ["schemas", "parameters", "responses", "requestBodies", "headers"];

export default function componentNameFree(document) {
  const takenBy = new Map(
    operationsOf(document).map(({ operation: { operationId = "" } }) => [
      `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}Response`,
      `generators use it for what ${operationId} answers`,
    ]),
  );
  return sections
    .flatMap((section) => componentsOf(section, document))
    .flatMap(({ name, path }) => {
      const reason = takenBy.get(name);
      takenBy.set(name, `it is also the name of one of the ${path[1]}`);
      return reason === undefined ? [] : [{ message: `${name} is taken: ${reason}.`, path }];
    });
}
