import { type Fields, parseObject } from "../json/fields.ts";

/** Strings, which are left alone, and numbers. */
const literals = /"(?:[^"\\]|\\.)*"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/gs;

/**
 * Parses JSON in which 1 and 1.0 are different numbers, and integers have all their digits: each
 * number becomes `{"integer": digits}` or `{"float": number}`.
 *
 * @throws ProtocolError where the text is no JSON object
 */
export function parseExactly(text: string): Fields {
  // Told with the places where its author finds them.
  parseObject(text);
  return parseObject(
    text.replace(literals, (literal) => {
      if (literal.startsWith('"')) return literal;
      return /[.eE]/.test(literal) ? `{"float":${literal}}` : `{"integer":"${literal}"}`;
    }),
  );
}

export function isInteger(fields: Fields): fields is { readonly integer: string } {
  return typeof fields["integer"] === "string" && /^-?[0-9]{1,19}$/.test(fields["integer"]);
}

export function isFloat(fields: Fields): fields is { readonly float: number } {
  return typeof fields["float"] === "number";
}
