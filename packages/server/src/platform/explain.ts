import type { ErrorObject } from "ajv";

/**
 * Says in plain words why input does not fit its schema.
 *
 * @param failure the first error of an Ajv that runs with `verbose`
 * @returns a sentence that starts with the name of the field
 */
export function explain(failure: ErrorObject): string {
  const field = failure.instancePath.slice(1).replaceAll("/", ".") || "the input";
  const { keyword, params, data } = failure;
  switch (keyword) {
    case "required":
      return `${prefix(failure)}${String(params["missingProperty"])} is required`;
    case "type":
      return `${field} must be ${typeInWords(params["type"])}${instead(data)}`;
    case "enum":
      return `${field} must be one of ${listed(params["allowedValues"])}${instead(data)}`;
    case "const":
      return `${field} must be ${JSON.stringify(params["allowedValue"])}${instead(data)}`;
    case "pattern":
      return `${field} must match ${String(params["pattern"])}${instead(data)}${about(failure)}`;
    case "minLength":
      return data === ""
        ? `${field} must not be empty`
        : `${field} must have at least ${String(params["limit"])} characters`;
    case "maxLength":
      return `${field} must have at most ${String(params["limit"])} characters`;
    case "minimum":
      return `${field} must be at least ${String(params["limit"])}${instead(data)}`;
    case "maximum":
      return `${field} must be at most ${String(params["limit"])}${instead(data)}`;
    default:
      return `${field} ${failure.message ?? "is invalid"}`;
  }
}

/** What was sent, cut to a length that fits a sentence. */
function instead(data: unknown): string {
  if (Array.isArray(data)) return ", not a list: give it once";
  // An object may be nested as deep as its sender likes.
  if (typeof data === "object" && data !== null) return ", not an object";
  const text = typeof data === "string" ? JSON.stringify(data) : String(data);
  return `, not ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
}

/** What the contract says about the field. */
function about(failure: ErrorObject): string {
  const schema: unknown = failure.parentSchema;
  if (typeof schema !== "object" || schema === null || !("description" in schema)) return "";
  return `. ${String(schema.description).replaceAll(/\s+/g, " ").trim()}`;
}

function prefix(failure: ErrorObject): string {
  const parent = failure.instancePath.slice(1).replaceAll("/", ".");
  return parent === "" ? "" : `${parent}.`;
}

function typeInWords(type: unknown): string {
  const types: unknown[] = Array.isArray(type) ? type : [type];
  return types
    .map((name) => (/^[aio]/.test(String(name)) ? `an ${String(name)}` : `a ${String(name)}`))
    .join(" or ")
    .replace("a null", "null");
}

function listed(values: unknown): string {
  return Array.isArray(values) ? values.map(String).join(", ") : String(values);
}
