import { entriesOf } from "../lib/document.js";

export default function errorCodesComplete(schema, _options, context) {
  return problems(schema, context.path);
}

function problems({ enum: codes = [], description = "", "x-statuses": statuses }, path) {
  const table = new Map(
    Array.from(description.matchAll(/^\| `(\w+)` \| (\d+) \|/gm), ([, code, status]) => [
      code,
      Number(status),
    ]),
  );
  const known = new Set(codes);
  const unknown = [...table.keys(), ...entriesOf(statuses).map(([code]) => code)];
  return [
    ...codes
      .filter((code) => statuses?.[code] === undefined)
      .map((code) => ({ message: `"x-statuses" lacks the status of ${code}.`, path })),
    ...codes
      .filter((code) => table.get(code) !== statuses?.[code])
      .map((code) => ({ message: `The table lacks ${code} with its status.`, path })),
    ...unknown
      .filter((code) => !known.has(code))
      .map((code) => ({ message: `${code} is not in the enum.`, path })),
  ];
}
