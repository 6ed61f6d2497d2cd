import { endOfString } from "../json/density.ts";
import { type Fields, parseObject } from "../json/fields.ts";

const numbers = /-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/g;

/**
 * Parses JSON in which 1 and 1.0 are different numbers, and integers have all their digits: each
 * number becomes `{"integer": digits}` or `{"float": number}`.
 *
 * @throws ProtocolError where the text is no JSON object
 */
export function parseExactly(text: string): Fields {
  // Told with the places where its author finds them.
  parseObject(text);
  let exact = "";
  let from = 0;
  for (let start = text.indexOf('"'); start >= 0; start = text.indexOf('"', from)) {
    const end = endOfString(text, start) + 1;
    exact += withExactNumbers(text.slice(from, start)) + text.slice(start, end);
    from = end;
  }
  return parseObject(exact + withExactNumbers(text.slice(from)));
}

/** @param text JSON, or a part of it, without strings */
function withExactNumbers(text: string): string {
  return text.replace(numbers, (number) =>
    /[.eE]/.test(number) ? `{"float":${number}}` : `{"integer":"${number}"}`,
  );
}

export function isInteger(fields: Fields): fields is { readonly integer: string } {
  return typeof fields["integer"] === "string" && /^-?[0-9]{1,19}$/.test(fields["integer"]);
}

export function isFloat(fields: Fields): fields is { readonly float: number } {
  return typeof fields["float"] === "number";
}
