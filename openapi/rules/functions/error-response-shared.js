import { entriesOf, referencedComponent } from "../lib/document.js";

export default function errorResponseShared(responses, _options, context) {
  return entriesOf(responses)
    .filter(([status]) => /^[45]/.test(status))
    .filter(([, response]) => referencedComponent(response, "responses") === undefined)
    .map(([status]) => ({
      message: `${status} must be a $ref to components/responses.`,
      path: [...context.path, status],
    }));
}
