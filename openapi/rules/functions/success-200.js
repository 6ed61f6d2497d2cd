import { entriesOf } from "../lib/document.js";

export default function success200(responses, _options, context) {
  const missing = responses["200"] === undefined ? ["200"] : [];
  const others = entriesOf(responses)
    .map(([status]) => status)
    .filter((status) => status !== "200" && !/^[45]\d\d$/.test(status));
  return [
    ...missing.map(() => ({ message: "The operation must answer 200.", path: context.path })),
    ...others.map((status) => ({
      message: `${status} must not be answered: success is exactly 200, anything else an error.`,
      path: [...context.path, status],
    })),
  ];
}
